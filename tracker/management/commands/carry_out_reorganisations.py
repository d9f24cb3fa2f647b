"""`manage.py carry_out_reorganisations`: the daily run of reorganisations by hand."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from tracker.reorganisation.carrying import carry_out_due


class Command(BaseCommand):
    help = (
        "Thực hiện việc tổ chức lại đơn vị đã ghi nhận và đến ngày có hiệu lực. Chạy lại không làm gì thêm. "
        "Dòng cuối là JSON: done, refused."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        done, refused = carry_out_due()
        for row in refused:
            self.stderr.write(f"Chưa thực hiện được: {row}.")
        self.stdout.write(json.dumps({"done": done, "refused": len(refused)}))
