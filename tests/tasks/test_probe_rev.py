import pytest
from tasks import actions, ledger
from tasks.ledger import Decision
from tests.cast import Cast
from core.append_only import lifted
pytestmark = pytest.mark.django_db
def test_norm(cast):
    t = cast.task()
    actions.update_progress(t, by=cast.lan, text="  Đã xong \r\n", decision=Decision(decided_by="  Lê  Văn Minh ", how="phone", basis=" 12  BC "))
    assert ledger.first_broken(t) is None
