"""How often the API may be asked, by kind of request: by an address, and by all who ask for an account."""

from typing import Annotated

from pydantic import Field

from streams.setting_group import Group

Allowance = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,6}/[1-9][0-9]{0,4}s$")]
"""`600/10s`: up to 600 at once, and as they are used 600 more every 10 seconds."""


class RequestLimits(Group):
    """How often the API may be asked; each of its processes counts for itself.

    halts   of the kill switch, which nothing else uses up
    logins  all that is asked with a password; wrong ones are throttled besides
    """

    webhooks_by_address: Allowance = Field(default="20000/10s", alias="LIMIT_WEBHOOKS_BY_ADDRESS")
    webhooks_by_account: Allowance = Field(default="20000/10s", alias="LIMIT_WEBHOOKS_BY_ACCOUNT")
    halts_by_address: Allowance = Field(default="600/10s", alias="LIMIT_HALTS_BY_ADDRESS")
    halts_by_account: Allowance = Field(default="600/10s", alias="LIMIT_HALTS_BY_ACCOUNT")
    logins_by_address: Allowance = Field(default="300/60s", alias="LIMIT_LOGINS_BY_ADDRESS")
    logins_by_account: Allowance = Field(default="300/60s", alias="LIMIT_LOGINS_BY_ACCOUNT")
    reads_by_address: Allowance = Field(default="10000/10s", alias="LIMIT_READS_BY_ADDRESS")
    reads_by_account: Allowance = Field(default="10000/10s", alias="LIMIT_READS_BY_ACCOUNT")
    changes_by_address: Allowance = Field(default="1200/10s", alias="LIMIT_CHANGES_BY_ADDRESS")
    changes_by_account: Allowance = Field(default="1200/10s", alias="LIMIT_CHANGES_BY_ACCOUNT")
    exports_by_address: Allowance = Field(default="300/60s", alias="LIMIT_EXPORTS_BY_ADDRESS")
    exports_by_account: Allowance = Field(default="300/60s", alias="LIMIT_EXPORTS_BY_ACCOUNT")
