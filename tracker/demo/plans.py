"""What the demo agency promised: two running plans, one draft, orders without a plan. Dates are relative to a day.

`due`: working days from the demo's day to the deadline (negative: past), or a phrase without a date.
`coordinating`: codes, each with its part where it has one ("VPDK=gửi bản đồ"), due two working days before the task.
`story`: what has happened since (see `tracker.demo.stories`).
"""

from typing import NamedTuple

from tracker.demo.organisation import ALL_UNITS, BRANCHES, COMMUNES, DIVISIONS


class DemoTask(NamedTuple):
    clause: str
    title: str
    product: str
    lead: str
    due: int | str
    story: str
    coordinating: str = ""
    strength: str = "assign"
    leader: str = ""
    # An earlier day of our own beside a superior's deadline: working days from the demo's day.
    internal: int | None = None
    # Countable parts: "3 địa bàn".
    parts: str = ""


class DemoClause(NamedTuple):
    label: str
    text: str


ONLINE_CLAUSES = (
    DemoClause("I", "Chỉ tiêu"),
    DemoClause("II", "Nhiệm vụ trọng tâm"),
    DemoClause("II.1", "Hoàn thiện quy trình, công khai thủ tục hành chính"),
    DemoClause("II.2", "Nâng tỷ lệ hồ sơ trực tuyến, thanh toán trực tuyến"),
    DemoClause("II.3", "Số hóa hồ sơ, kết quả giải quyết"),
    DemoClause("II.4", "Tuyên truyền, hướng dẫn người dân, doanh nghiệp"),
    DemoClause("II.5", "Tài khoản định danh của công chức, viên chức, người lao động"),
    DemoClause("III", "Tổ chức thực hiện"),
)

ONLINE_TASKS = (
    DemoTask("II.1", "Rà soát toàn bộ thủ tục hành chính của Sở sau sắp xếp, trình công bố danh mục mới", "Quyết định công bố danh mục", "VP", -78, "ontime", "QLDD;MT;KSTNN"),
    DemoTask("II.1", "Xây dựng lại quy trình nội bộ, quy trình điện tử cho các thủ tục lĩnh vực đất đai", "Quyết định phê duyệt quy trình", "QLDD", -60, "early", "VPDK;TTCNTT"),
    DemoTask("II.1", "Xây dựng lại quy trình nội bộ, quy trình điện tử cho các thủ tục lĩnh vực môi trường", "Quyết định phê duyệt quy trình", "MT", -60, "late:4", "TTCNTT"),
    DemoTask("II.1", "Xây dựng lại quy trình nội bộ, quy trình điện tử lĩnh vực khoáng sản, tài nguyên nước", "Quyết định phê duyệt quy trình", "KSTNN", -58, "ontime", "TTCNTT"),
    DemoTask("II.1", "Cấu hình quy trình điện tử mới trên Hệ thống thông tin giải quyết thủ tục hành chính", "Biên bản nghiệm thu cấu hình", "TTCNTT", -45, "ontime", "VP;SKHCN"),
    DemoTask("II.1", "Công khai thủ tục hành chính bằng mã QR tại nơi tiếp nhận hồ sơ", "Bộ mã QR niêm yết", "VP", -40, "early", "TTPVHCC"),
    DemoTask("II.1", "Đề xuất danh mục thủ tục đủ điều kiện cung cấp trực tuyến toàn trình đợt 2", "Tờ trình kèm danh mục", "VP", -12, "late:2", "QLDD;MT;KSTNN", "assign", "phogiamdoc1"),
    DemoTask("II.1", "Rà soát, cắt giảm thời gian giải quyết thủ tục cấp giấy phép môi trường", "Phương án đơn giản hóa", "MT", -4, "asked", "VP", "assign", "phogiamdoc2"),
    DemoTask("II.1", "Rà soát, cắt giảm thành phần hồ sơ đăng ký biến động đất đai", "Phương án đơn giản hóa", "QLDD", 3, "removed:70", "VPDK", "assign", "phogiamdoc1"),
    DemoTask("II.1", "Chuẩn hóa mẫu đơn, tờ khai điện tử lĩnh vực đất đai", "Bộ mẫu đơn, tờ khai điện tử", "QLDD", -3, "overdue_asked", "VPDK;TTCNTT", "assign", "phogiamdoc1"),
    DemoTask("II.2", "Bố trí quầy hỗ trợ nộp hồ sơ trực tuyến tại nơi tiếp nhận", "Báo cáo bố trí quầy hỗ trợ", BRANCHES, -50, "each:ontime,early,ontime,late:3,ontime,office", "TTPVHCC"),
    DemoTask("II.2", "Tập huấn kỹ năng hướng dẫn nộp hồ sơ, thanh toán trực tuyến cho viên chức một cửa", "Báo cáo kết quả tập huấn", "VPDK", -66, "ontime", "VP;TTCNTT"),
    DemoTask("II.2", "Ký quy chế phối hợp trao đổi thông tin nghĩa vụ tài chính về đất đai với cơ quan thuế", "Quy chế phối hợp", "VPDK", -25, "extended_done", "THUE", "assign", "phogiamdoc1"),
    DemoTask("II.2", "Tích hợp thanh toán trực tuyến phí đo đạc, phí thẩm định trên Cổng Dịch vụ công quốc gia", "Biên bản tích hợp", "TTCNTT", -8, "overdue_blocked", "KHTC;VPDK", "assign", "phogiamdoc1"),
    DemoTask("II.2", "Bổ sung mã hồ sơ vào thông báo nộp phí, lệ phí", "Mẫu thông báo đã điều chỉnh", DIVISIONS, -35, "each:ontime,ontime,early,late:1,ontime", ""),
    DemoTask("II.2", "Khảo sát nguyên nhân người dân chưa nộp hồ sơ trực tuyến tại các chi nhánh", "Báo cáo khảo sát", "VPDK", -15, "ontime", "DTN"),
    DemoTask("II.2", "Kiểm tra thực tế việc tiếp nhận hồ sơ trực tuyến tại các chi nhánh", "Báo cáo kiểm tra", "VP", 6, "progress:40", "VPDK;TTCNTT;QLDD=Cử người tham gia đoàn kiểm tra, gửi nhận xét chuyên môn", "assign", "phogiamdoc1"),
    DemoTask("II.2", "Thực hiện tiếp nhận hoàn toàn trực tuyến vào ngày thứ Tư và thứ Sáu hằng tuần", "", "VPDK", "thứ Tư và thứ Sáu hằng tuần", "rule", "TTPVHCC"),
    DemoTask("II.2", "Giảm tỷ lệ hồ sơ đất đai quá hạn xuống dưới 2%", "Báo cáo kết quả", BRANCHES, 22, "each:blocked:60,progress:45,accepted,new,progress:30,office_progress", "VPDK"),
    DemoTask("II.2", "Mở kênh hướng dẫn qua Zalo của Văn phòng Đăng ký đất đai", "Kênh đang hoạt động", "VPDK", -30, "early", "TTCNTT"),
    DemoTask("II.3", "Số hóa hồ sơ đầu vào tại bộ phận một cửa của chi nhánh", "Báo cáo tỷ lệ số hóa", BRANCHES, -1, "each:waiting,waiting,ontime,returned,overdue_reported,overdue_unexplained", "TTCNTT", "assign", "phogiamdoc1"),
    DemoTask("II.3", "Trang bị máy quét, máy tính cho bộ phận tiếp nhận hồ sơ", "Biên bản bàn giao thiết bị", "KHTC", -20, "late_judged:6", "VPDK;TTCNTT", "assign", "phogiamdoc2"),
    DemoTask("II.3", "Số hóa kết quả giải quyết lĩnh vực khoáng sản giai đoạn trước", "Cơ sở dữ liệu đã số hóa", "KSTNN", 9, "kept_asked", "TTCNTT", "assign", "phogiamdoc2"),
    DemoTask("II.3", "Số hóa kết quả giải quyết lĩnh vực môi trường giai đoạn trước", "Cơ sở dữ liệu đã số hóa", "MT", 14, "extended", "TTCNTT", "assign", "phogiamdoc2"),
    DemoTask("II.3", "Làm sạch dữ liệu thửa đất, đồng bộ với cơ sở dữ liệu quốc gia về dân cư", "Báo cáo kết quả làm sạch", "VPDK", 24, "asked", "CAT;TTCNTT", "assign", "phogiamdoc1"),
    DemoTask("II.3", "Bàn giao dữ liệu địa chính của các xã, phường đã đo đạc xong", "Biên bản bàn giao dữ liệu", "QLDD", 10, "back_parts", "VPDK=Gửi bản đồ, sổ mục kê đã nghiệm thu;TTCNTT=Nạp dữ liệu lên hệ thống", "assign", "phogiamdoc1", None, "3 địa bàn"),
    DemoTask("II.3", "Kết nối dữ liệu quan trắc tự động lên hệ thống dùng chung của tỉnh", "Biên bản kết nối", "TTQT", -2, "waiting", "TTCNTT;SKHCN"),
    DemoTask("II.4", "Dựng video clip, đồ họa hướng dẫn nộp hồ sơ đất đai trên điện thoại", "03 video clip, 05 đồ họa", "VP", -55, "ontime", "VPDK;DTN"),
    DemoTask("II.4", "Tuyên truyền kết quả thực hiện dịch vụ công trực tuyến trên báo, đài của tỉnh", "Loạt tin, bài", "VP", "thường xuyên", "standing", "BPTTH"),
    DemoTask("II.4", "Hướng dẫn người dân, doanh nghiệp thực hiện thủ tục trực tuyến tại cơ sở", "Số lượt hướng dẫn", "DTN", "thường xuyên", "silent", "VPDK"),
    DemoTask("II.4", "Thành lập tổ đoàn viên hỗ trợ nộp hồ sơ tại các xã, phường", "Quyết định thành lập tổ", "DTN", -48, "nodoc", "VPDK"),
    DemoTask("II.4", "Tổ chức ngày cao điểm hỗ trợ người dân kích hoạt tài khoản định danh", "Báo cáo kết quả", "DTN", 4, "handed", "CAT"),
    DemoTask("II.4", "Bố trí chỗ và người hướng dẫn nộp hồ sơ đất đai tại nơi tiếp nhận của xã, phường", "", COMMUNES, "", "soft_group", "VPDK", "request"),
    DemoTask("II.4", "Khuyến khích tổ chức tư vấn, hành nghề đo đạc nộp hồ sơ thay người dân qua mạng", "", "QLDD", "", "progress:0", "VPDK", "encourage"),
    DemoTask("II.5", "Rà soát, lập danh sách công chức, viên chức chưa có tài khoản định danh mức độ 2", "Danh sách theo đơn vị", ALL_UNITS, -70, "each:ontime,ontime,early,ontime,late:2,ontime,ontime,late:5,ontime,early,ontime", "TCCB"),
    DemoTask("II.5", "Phối hợp công an cấp, kích hoạt tài khoản định danh mức độ 2 tại cơ quan", "Báo cáo kết quả", "TCCB", -28, "late:1", "CAT"),
    DemoTask("II.5", "Cấp chữ ký số cá nhân cho người được giao xử lý hồ sơ", "Danh sách đã cấp", "TTCNTT", 12, "reopened", "TCCB"),
    DemoTask("III", "Tham mưu thành lập tổ kiểm tra việc thực hiện kế hoạch", "Quyết định thành lập", "VP", -85, "before", ""),
    DemoTask("III", "Theo dõi, đôn đốc, tổng hợp báo cáo Giám đốc Sở định kỳ hằng tuần, hằng tháng", "Báo cáo", "VP", "định kỳ hàng tuần, hàng tháng", "recurring", ""),
    DemoTask("III", "Đánh giá kết quả thực hiện kế hoạch, đề xuất khen thưởng", "Báo cáo đánh giá", "VP", 25, "new", "TCCB"),
    DemoTask("III", "Rà soát nhu cầu bố trí viên chức tại nơi tiếp nhận hồ sơ của xã, phường", "Phương án bố trí", "VPDK", -10, "stopped", "TCCB"),
    DemoTask("III", "Bảo đảm kinh phí duy trì hệ thống, đường truyền, thiết bị", "Quyết định phân bổ", "KHTC", -38, "ontime", "TTCNTT"),
)  # fmt: skip

REFORM_CLAUSES = (
    DemoClause("1", "Công tác chỉ đạo, điều hành"),
    DemoClause("2", "Cải cách thể chế"),
    DemoClause("3", "Cải cách thủ tục hành chính"),
    DemoClause("4", "Cải cách tổ chức bộ máy"),
    DemoClause("5", "Cải cách chế độ công vụ"),
    DemoClause("6", "Cải cách tài chính công"),
    DemoClause("7", "Xây dựng chính quyền số"),
)

REFORM_TASKS = (
    DemoTask("1", "Ban hành kế hoạch tuyên truyền cải cách hành chính của Sở", "Kế hoạch", "VP", -90, "ontime", ""),
    DemoTask("1", "Kiểm tra công tác cải cách hành chính tại đơn vị trực thuộc", "Thông báo kết luận kiểm tra", "VP", 8, "progress:50", "TCCB"),
    DemoTask("1", "Tự chấm điểm chỉ số cải cách hành chính của Sở", "Báo cáo tự chấm", "VP", 21, "accepted", "TCCB;KHTC", "assign", "", 14),
    DemoTask("2", "Trình ban hành quy định về quản lý, khai thác thông tin đất đai", "Dự thảo quyết định", "QLDD", -33, "ontime", "VPDK", "assign", "phogiamdoc1"),
    DemoTask("2", "Rà soát văn bản quy phạm pháp luật thuộc lĩnh vực quản lý sau hợp nhất", "Danh mục văn bản", "QLDD", -18, "early", "MT;KSTNN"),
    DemoTask("2", "Trình sửa đổi quy định phân cấp quản lý tài nguyên nước", "Tờ trình", "KSTNN", -6, "overdue_directed", "SNV", "assign", "phogiamdoc2"),
    DemoTask("3", "Xử lý phản ánh, kiến nghị về thủ tục hành chính đúng hạn", "Báo cáo tháng", "VP", "thường xuyên", "standing", ""),
    DemoTask("3", "Đo lường mức độ hài lòng của người dân tại chi nhánh đăng ký đất đai", "Báo cáo khảo sát", "VPDK", 18, "proposed:1", "VP"),
    DemoTask("3", "Rút ngắn thời gian xác định nghĩa vụ tài chính khi cấp giấy chứng nhận", "Phương án phối hợp", "QLDD", 15, "proposed", "THUE;VPDK"),
    DemoTask("3", "Rà soát, đơn giản hóa thủ tục kiểm dịch vận chuyển lâm sản", "Phương án đơn giản hóa", "CCKL", -14, "ontime", "VP"),
    DemoTask("3", "Rà soát, đơn giản hóa thủ tục cấp chứng nhận an toàn thực phẩm nông sản", "Phương án đơn giản hóa", "CCTT", -9, "ontime", "VP"),
    DemoTask("4", "Hoàn thiện vị trí việc làm sau hợp nhất Sở", "Đề án vị trí việc làm", "TCCB", -42, "late_explained:8", "SNV"),
    DemoTask("4", "Sắp xếp lại chi nhánh đăng ký đất đai theo địa bàn cấp xã mới", "Phương án sắp xếp", "TCCB", 20, "suspended", "VPDK"),
    DemoTask("5", "Đào tạo kỹ năng số cho công chức, viên chức", "Báo cáo kết quả đào tạo", "TCCB", -22, "ontime", "TTCNTT"),
    DemoTask("5", "Kiểm tra kỷ luật, kỷ cương hành chính tại đơn vị trực thuộc", "Báo cáo kiểm tra", "TCCB", 1, "progress:90", "VP"),
    DemoTask("5", "Đánh giá hiệu quả công việc theo sản phẩm đầu ra", "Hướng dẫn thực hiện", "TCCB", 0, "progress:95", "KHTC"),
    DemoTask("6", "Giao quyền tự chủ tài chính cho đơn vị sự nghiệp trực thuộc", "Quyết định giao tự chủ", "KHTC", -16, "ontime", "VPDK;TTQT"),
    DemoTask("6", "Công khai dự toán, quyết toán ngân sách", "Văn bản công khai", "KHTC", -52, "early", ""),
    DemoTask("6", "Rà soát định mức kinh tế kỹ thuật dịch vụ sự nghiệp công", "Dự thảo định mức", "KHTC", -3, "returned_late", "TTQT;VPDK", "assign", "phogiamdoc2"),
    DemoTask("7", "Triển khai chữ ký số trong xử lý văn bản, hồ sơ công việc", "Báo cáo tỷ lệ ký số", "TTCNTT", -26, "ontime", "VP"),
    DemoTask("7", "Diễn tập ứng cứu sự cố an toàn thông tin", "Báo cáo diễn tập", "TTCNTT", 5, "handed_corrected", "SKHCN"),
    DemoTask("7", "Xây dựng bảng theo dõi mực nước, hồ chứa trực tuyến", "Hệ thống vận hành", "CCTL", 22, "unblocked:35", "TTCNTT"),
    DemoTask("7", "Cập nhật bản đồ cảnh báo cháy rừng trên nền tảng số", "Bản đồ số", "CCKL", 2, "waiting", "TTCNTT"),
)  # fmt: skip

EXTRA_TASKS = (
    DemoTask("", "Tham mưu trả lời kiến nghị cử tri về chậm cấp giấy chứng nhận tại phường Tân Hòa", "Văn bản trả lời", "QLDD", 2, "delegated:60", "VPDK", "assign", "phogiamdoc1"),
    DemoTask("", "Báo cáo chuyên đề kết quả thực hiện dịch vụ công trực tuyến lĩnh vực đất đai", "Báo cáo chuyên đề", "VPDK", -5, "late:1", "VP"),
    DemoTask("", "Vận động đoàn viên công đoàn kích hoạt tài khoản định danh", "Báo cáo kết quả", "CDS", 12, "new", "TCCB"),
    DemoTask("", "Chuẩn bị nội dung làm việc với Đoàn kiểm tra cải cách hành chính của tỉnh", "Bộ tài liệu làm việc", "VP", 7, "accepted", "TCCB"),
)  # fmt: skip

DRAFT_TASKS = (
    DemoTask("1", "Rà soát, đánh giá thủ tục hành chính nội bộ giữa các phòng, đơn vị", "Danh mục thủ tục nội bộ", "VP", 45, "draft", "TCCB"),
    DemoTask("1", "Đề xuất phương án cắt giảm, đơn giản hóa thủ tục hành chính nội bộ", "Phương án", ALL_UNITS, 70, "draft", "VP"),
    DemoTask("2", "Cập nhật cơ sở dữ liệu quốc gia về thủ tục hành chính", "", "VP", "thường xuyên", "draft", "TTCNTT"),
    DemoTask("2", "Hướng dẫn bộ phận tiếp nhận hồ sơ thực hiện thủ tục mới", "", "QLDD", "", "draft", "VPDK"),
)  # fmt: skip


class DemoIndicator(NamedTuple):
    code: str
    name: str
    numerator: str
    denominator: str
    source: str = "reported"


INDICATORS = (
    DemoIndicator("HSTT", "Tỷ lệ hồ sơ tiếp nhận trực tuyến", "Hồ sơ tiếp nhận trực tuyến", "Tổng hồ sơ tiếp nhận"),
    DemoIndicator("TTTT", "Tỷ lệ thanh toán trực tuyến", "Hồ sơ thanh toán trực tuyến", "Hồ sơ có nghĩa vụ tài chính"),
    DemoIndicator("TOANTRINH", "Tỷ lệ hồ sơ toàn trình được tiếp nhận, thụ lý trực tuyến", "Hồ sơ toàn trình xử lý trực tuyến", "Hồ sơ thuộc danh mục toàn trình"),
    DemoIndicator("SOHOA", "Tỷ lệ số hóa thành phần hồ sơ", "Hồ sơ được số hóa khi tiếp nhận", "Tổng hồ sơ tiếp nhận"),
    DemoIndicator("DUNGHAN", "Tỷ lệ hồ sơ giải quyết đúng hạn", "Hồ sơ giải quyết trước hạn, đúng hạn", "Tổng hồ sơ đã giải quyết"),
    DemoIndicator("vneid-2", "Tỷ lệ công chức, viên chức, người lao động có tài khoản định danh mức độ 2 đã kích hoạt", "Người đã kích hoạt", "Người đang làm việc trong danh sách", "staff_accounts"),
)  # fmt: skip


class DemoTarget(NamedTuple):
    """`steps`: (month ends from the demo's month, comparator, value, words) for each milestone."""

    code: str
    name: str
    scope: str  # unit code, "each:GROUP"
    indicators: str
    steps: tuple[tuple[int, str, int, str], ...]


TARGETS = (
    DemoTarget("CT1", "Hồ sơ được tiếp nhận và thanh toán trực tuyến tại Sở", "SNNMT", "HSTT;TTTT", ((-4, "ge", 70, "đạt 70%"), (-2, "ge", 80, "đạt 80%"), (0, "gt", 90, "trên 90%"), (1, "gt", 95, "trên 95%"))),
    DemoTarget("CT2", "Hồ sơ được tiếp nhận và thanh toán trực tuyến tại các Chi nhánh", f"each:{BRANCHES}", "HSTT;TTTT", ((-4, "gt", 30, "trên 30%"), (-2, "gt", 50, "trên 50%"), (0, "gt", 70, "trên 70%"), (1, "gt", 80, "trên 80%"))),
    DemoTarget("CT3", "Hồ sơ thuộc danh mục toàn trình được tiếp nhận, thụ lý trực tuyến", "SNNMT", "TOANTRINH", ((-4, "ge", 50, "đạt 50%"), (-2, "ge", 70, "đạt 70%"), (0, "gt", 90, "trên 90%"), (1, "ge", 100, "đạt 100%"))),
    DemoTarget("CT4", "Số hóa thành phần hồ sơ tại Sở", "SNNMT", "SOHOA", ((-4, "ge", 80, "đạt 80%"), (-2, "ge", 90, "đạt 90%"), (0, "ge", 100, "đạt 100%"))),
    DemoTarget("CT5", "Số hóa thành phần hồ sơ tại các Chi nhánh", f"each:{BRANCHES}", "SOHOA", ((-4, "ge", 40, "đạt 40%"), (-2, "ge", 50, "đạt 50%"), (0, "ge", 60, "đạt 60%"), (1, "ge", 90, "đạt 90%"))),
    DemoTarget("CT6", "Hồ sơ đất đai được giải quyết đúng hạn, trước hạn", f"together:{BRANCHES}", "DUNGHAN", ((0, "ge", 98, "tối thiểu 98%"),)),
    DemoTarget("CT7", "Công chức, viên chức, người lao động có tài khoản định danh mức độ 2 đã kích hoạt", "SNNMT", "vneid-2", ((-3, "eq", 100, "100%"),)),
)  # fmt: skip
