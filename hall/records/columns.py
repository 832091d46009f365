"""What every table is made with: the metadata that names constraints alike, keys, and references."""

from sqlalchemy import Column, ForeignKey, MetaData

from hall.records.types import Id

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def id_column() -> Column[int]:
    return Column("id", Id, primary_key=True)


def refers_to(target: str, name: str | None = None, nullable: bool = False) -> Column[int]:
    return Column(name or f"{target.rstrip('s')}_id", Id, ForeignKey(f"{target}.id"), nullable=nullable)
