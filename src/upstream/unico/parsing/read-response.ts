import type { z } from 'zod';
import { UpstreamFailure } from '../../../domain/upstream-failure.ts';
import type { ProcessId } from '../../../domain/process-id.ts';
import { toFailure, parseJson } from '../errors/to-failure.ts';
import type { ErrorFamily } from '../errors/error-catalogue.ts';
import type { HttpResponse } from '../../http/types.ts';

/**
 * The body of an answer in the shape expected. Any status but 200 and 201 (which is rare, upstream.md §2) is the failure that
 * it means; a body that does not fit is a failure of the contract that names the first member at fault, never its value.
 */
export function readResponse<T extends z.ZodType>(
  name: string,
  family: ErrorFamily,
  shape: T,
  answer: HttpResponse,
): z.infer<T> {
  const { status } = answer;
  if (status !== 200 && status !== 201) throw toFailure(name, family, answer);
  const parsed = shape.safeParse(parseJson(name, answer));
  if (parsed.success) return parsed.data;
  const member = parsed.error.issues[0]?.path.join('.') || 'the body';
  throw new UpstreamFailure('contract', `${name}: ${member} is missing or of the wrong type`, { status });
}

/** Refuses an answer about another process than the one asked for: nobody must be given somebody else's data. */
export function requireSameProcess(name: string, came: ProcessId | null, asked: ProcessId): void {
  if (came !== asked) throw new UpstreamFailure('contract', `${name}: another process came`);
}

/** The id of a process just created, `came`, which is `null` where it is not of the form of an id. */
export function requireCreatedId(name: string, came: ProcessId | null): ProcessId {
  if (came === null) throw new UpstreamFailure('contract', `${name}: the id is not of the form of an id`);
  return came;
}
