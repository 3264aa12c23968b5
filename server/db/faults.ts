import { ServerError } from '../error.ts';

/** SQLSTATEs (PostgreSQL, appendix A), by their beginning, that say: not now. */
const NOT_NOW = [
  '08', // connection lost
  '25006', // read-only: a standby, after a failover
  '25P03', // idle in a transaction for too long
  '53', // no room: disk, memory, connections
  '55P03', // waited too long for a lock
  '57', // shutting down, starting up, statement timed out
  '58', // the system under it: I/O
];
const NETWORK = /^E(CONN|HOST|NET|NOTFOUND|TIMEDOUT|PIPE|AI_AGAIN|NOENT)/;
const SQLITE = /^SQLITE_(BUSY|LOCKED|FULL|IOERR|NOMEM|CANTOPEN|READONLY)/;
/** pg gives these no code. */
const WORDS = /^(Connection terminated|timeout exceeded when|Query read timeout|Client has encountered a connection)/;

/** Whether the database was not to be had, as opposed to a statement that was wrong. */
function isOutage(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  // A host with several addresses fails with one error for each.
  if (error instanceof AggregateError) return error.errors.some(isOutage);
  const { code } = error as { code?: unknown };
  if (typeof code !== 'string') return WORDS.test(error.message);
  return NETWORK.test(code) || SQLITE.test(code) || (/^\w{5}$/.test(code) && NOT_NOW.some((at) => code.startsWith(at)));
}

/** The error as it is, or as `database-unavailable` when the database was not to be had. */
export function asFault(error: unknown): unknown {
  if (!isOutage(error)) return error;
  const { code } =
    error instanceof AggregateError ? (error.errors[0] as { code?: unknown }) : (error as { code?: unknown });
  // The words of a driver can hold values of the statement: only its code is told.
  const why = typeof code === 'string' ? code : error.message;
  return new ServerError('database-unavailable', `the database does not answer (${why})`, { cause: error });
}

/** SQLSTATEs that say: who you are or what you ask for is wrong. No waiting helps. */
const REFUSED: Readonly<Record<string, string>> = {
  '28P01': 'the password is wrong',
  '28000': 'this user may not connect',
  '3D000': 'there is no such database: createdb makes one',
  '42501': 'this user may not do that: it needs the rights of the tables, and for a migration of the schema',
  '3F000': 'there is no such schema',
  SQLITE_NOTADB: 'this file is no database of SQLite',
  SQLITE_CORRUPT: 'the file is damaged: restore it from a backup',
};

/** The same, for what goes wrong while the database is opened. `where`: without password. */
export function asOpeningFault(error: unknown, where: string): unknown {
  const fault = asFault(error);
  const refused = REFUSED[String((error as { code?: unknown })?.code)];
  if (refused) return new ServerError('database-refused', `${where}: ${refused}`, { cause: error });
  if (!(fault instanceof ServerError) || fault.code !== 'database-unavailable') return fault;
  const remedy = 'is it running, and is `database` in the configuration right?';
  return new ServerError('database-unavailable', `${where}: ${fault.message}: ${remedy}`, { cause: error });
}
