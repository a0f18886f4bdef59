"""The SQL that makes the user of the services: rows are theirs, everything else is not.

It can be run again at any time. It holds no password: that is set apart from it, by a client
that sends only what the server keeps of one (see `database_setup`).
"""

from __future__ import annotations

from infra.plan.postgres import ADMINISTRATOR, DATABASE_NAME, SERVICE_USER

_MAKE = f"""
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{SERVICE_USER}') THEN
    CREATE ROLE {SERVICE_USER};
  END IF;
END
$$;
ALTER ROLE {SERVICE_USER} LOGIN INHERIT NOCREATEDB NOCREATEROLE;
COMMENT ON ROLE {SERVICE_USER} IS 'The services: rows of the chat, and nothing else';
"""

_REVOKE = f"""
-- What everybody may do by default. Version 13 and 14 even let everybody make tables.
REVOKE ALL ON DATABASE {DATABASE_NAME} FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
REVOKE ALL ON DATABASE {DATABASE_NAME} FROM {SERVICE_USER};
REVOKE ALL ON SCHEMA public FROM {SERVICE_USER};
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {SERVICE_USER};
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {SERVICE_USER};
"""

_GRANT = f"""
GRANT CONNECT ON DATABASE {DATABASE_NAME} TO {SERVICE_USER};
GRANT USAGE ON SCHEMA public TO {SERVICE_USER};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {SERVICE_USER};
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {SERVICE_USER};
-- And on what the owner makes from now on, so that a schema change needs no second step.
ALTER DEFAULT PRIVILEGES FOR ROLE {ADMINISTRATOR} IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {SERVICE_USER};
ALTER DEFAULT PRIVILEGES FOR ROLE {ADMINISTRATOR} IN SCHEMA public
  GRANT USAGE ON SEQUENCES TO {SERVICE_USER};
"""

# Only a superuser may take such rights from a role, and on RDS nobody is one: a role that has
# them was tampered with, and must not pass as set up.
_VERIFY = f"""
DO $$
BEGIN
  IF EXISTS (
    SELECT FROM pg_roles WHERE rolname = '{SERVICE_USER}'
      AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)
  ) THEN
    RAISE EXCEPTION '{SERVICE_USER} has rights over the server, such as making roles';
  END IF;
  IF EXISTS (
    SELECT FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member
      WHERE r.rolname = '{SERVICE_USER}'
  ) THEN
    RAISE EXCEPTION '{SERVICE_USER} is a member of another role, and has the rights of that too';
  END IF;
  IF has_database_privilege('{SERVICE_USER}', '{DATABASE_NAME}', 'CREATE')
    OR has_database_privilege('{SERVICE_USER}', '{DATABASE_NAME}', 'TEMPORARY')
    OR has_schema_privilege('{SERVICE_USER}', 'public', 'CREATE')
  THEN
    RAISE EXCEPTION '{SERVICE_USER} may make tables or schemas';
  END IF;
END
$$;
"""  # noqa: S608 - made of constants of this program; nothing comes from outside

SETUP_SQL = f"{_MAKE}{_REVOKE}{_GRANT}{_VERIFY}".strip()
"""Run as the administrator, in the services' database, in one transaction, as often as wanted."""
