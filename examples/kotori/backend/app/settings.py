"""What the application and its migrations need from the environment."""

import os
from dataclasses import dataclass, field


class MissingSetting(Exception):
    """A variable that is not set, or empty."""


@dataclass(frozen=True)
class Settings:
    database_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    google_cloud_project: str
    google_cloud_location: str
    encryption_master_salt: str = field(repr=False)

    @classmethod
    def from_environment(cls):
        names = [name.upper() for name in cls.__dataclass_fields__]
        missing = [name for name in names if not os.environ.get(name)]
        if missing:
            raise MissingSetting("these variables are not set: " + ", ".join(missing))
        return cls(*(os.environ[name] for name in names))
