import type { z } from 'zod';
import { UpstreamFailure } from '../../../domain/upstream-failure.ts';
import type { ProcessId } from '../../../domain/process-id.ts';
import { toFailure, parseJson } from '../errors/to-failure.ts';
import type { ErrorFamily } from '../errors/error-catalogue.ts';
import type { AuthorizedResponse } from '../credentials/credential-variables.ts';

/** `name` is the name of the call in messages. */
export type ReadResponseOptions<T extends z.ZodType> = {
  name: string;
  family: ErrorFamily;
  schema: T;
  response: AuthorizedResponse;
};

/**
 * Parses the body of a response by a schema. Throws `UpstreamFailure`: for a status other than 200 and 201 (which is
 * rare, upstream.md §2) the failure that it means, and for a body that does not fit a `contract` failure that names the
 * first field at fault, never its value.
 */
export function readResponse<T extends z.ZodType>({
  name,
  family,
  schema,
  response,
}: ReadResponseOptions<T>): z.infer<T> {
  const { status } = response;
  if (status !== 200 && status !== 201) throw toFailure(name, family, response);
  const parsed = schema.safeParse(parseJson(name, response));
  if (parsed.success) return parsed.data;
  const field = parsed.error.issues[0]?.path.join('.') || 'the body';
  throw new UpstreamFailure('contract', `${name}: ${field} is missing or has the wrong type`, { status });
}

/**
 * Throws `UpstreamFailure` when the response is about another process than the requested one: no caller may get the
 * data of another person. `received` is `null` when the id in the response is malformed.
 */
export function requireSameProcess(name: string, received: ProcessId | null, requested: ProcessId): void {
  if (received === requested) return;
  throw new UpstreamFailure('contract', `${name}: expected the requested process, got another one`);
}

/** The id of a process just created. Throws `UpstreamFailure` when the id is malformed (`received` is `null`). */
export function requireCreatedId(name: string, received: ProcessId | null): ProcessId {
  if (received !== null) return received;
  throw new UpstreamFailure('contract', `${name}: expected the id of a process, got text of another form`);
}
