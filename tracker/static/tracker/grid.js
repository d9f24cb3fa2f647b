// The grid of targets: a table pasted into one cell spreads over the cells to its right and below. Comfort only: the
// box “Dán từ Excel hoặc Word” takes the same table without this file.
"use strict";

(() => {
  const grid = document.querySelector("[data-grid]");
  if (!grid) return;
  const count = grid.closest("form").querySelector("input[name=rows]");
  const most = 100;
  const cells = (row) => [...row.querySelectorAll("td input:not([type=hidden]), td select")];
  const lines = () => [...grid.tBodies[0].rows];

  // Cells with a line break inside come in quotation marks.
  const split = (text) => {
    const rows = [[""]];
    let quoted = false;
    for (let at = 0; at < text.length; at += 1) {
      const sign = text[at];
      const row = rows[rows.length - 1];
      const last = row.length - 1;
      if (sign === '"' && (quoted || row[last] === "")) {
        if (quoted && text[at + 1] === '"') { row[last] += '"'; at += 1; } else quoted = !quoted;
      } else if (!quoted && sign === "\t") row.push("");
      else if (!quoted && sign === "\n") rows.push([""]);
      else row[last] += sign === "\n" ? " " : sign;
    }
    return rows.map((row) => row.map((cell) => cell.replace(/\s+/g, " ").trim()));
  };

  const addLine = () => {
    const body = grid.tBodies[0];
    const number = lines().length;
    if (number >= most) return;
    const row = body.rows[number - 1].cloneNode(true);
    row.querySelectorAll(".row-sub, .grid-error").forEach((each) => each.remove());
    row.querySelectorAll("input, select").forEach((field) => {
      field.name = field.name.replace(/^r\d+-/, `r${number}-`);
      field.id = field.id.replace(/-r\d+-/, `-r${number}-`);
      field.value = "";
      field.removeAttribute("aria-invalid");
      field.removeAttribute("aria-describedby");
      field.classList.remove("is-invalid");
      const label = field.getAttribute("aria-label");
      if (label) field.setAttribute("aria-label", label.replace(/^Dòng \d+/, `Dòng ${number + 1}`));
    });
    row.querySelector("th").firstChild.textContent = String(number + 1);
    body.append(row);
    count.value = String(number + 1);
  };

  const put = (field, value) => {
    if (field.tagName === "SELECT") {
      const option = [...field.options].find((each) => each.text.toLocaleLowerCase("vi") === value.toLocaleLowerCase("vi"));
      field.value = option ? option.value : "";
    } else field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  grid.addEventListener("paste", (event) => {
    const field = event.target.closest("td input, td select");
    const text = event.clipboardData?.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "").normalize("NFC");
    if (!field || !text || !/[\t\n]/.test(text)) return;
    event.preventDefault();
    const table = split(text);
    const top = lines().indexOf(field.closest("tr"));
    const left = cells(field.closest("tr")).indexOf(field);
    while (lines().length < top + table.length && lines().length < most) addLine();
    let over = Math.max(0, top + table.length - lines().length);
    table.forEach((row, down) => {
      const line = lines()[top + down];
      if (!line) return;
      const fields = cells(line);
      row.forEach((cell, right) => {
        if (fields[left + right]) put(fields[left + right], cell);
        else if (cell) over += 1;
      });
    });
    const say = grid.parentElement.parentElement.querySelector("[data-grid-said]");
    if (say) say.textContent = over ? "Nội dung dán rộng hơn bảng: một phần chưa được đưa vào. Hãy thêm mốc rồi dán lại." : "Đã dán vào bảng, chưa lưu.";
  });
})();
