"""Which errors of the driver mean that the database does not serve us now, and that waiting may help."""

import psycopg
from psycopg import errors

SILENT = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    errors.ReadOnlySqlTransaction,  # a standby, or a database that an administrator closed for writing
    errors.DiskFull,
)
