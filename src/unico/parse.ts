import type { z } from 'zod';
import { UpstreamFailure } from '../domain/failure.ts';
import { jsonOf } from './answer.ts';
import type { HttpAnswer } from './http.ts';

/**
 * The body of a 200 in the shape expected. What does not fit is a failure of the contract that names the first member
 * at fault, never its value.
 */
export function parseAnswer<T extends z.ZodType>(name: string, shape: T, answer: HttpAnswer): z.infer<T> {
  const parsed = shape.safeParse(jsonOf(name, answer));
  if (parsed.success) return parsed.data;
  const member = parsed.error.issues[0]?.path.join('.') || 'the body';
  throw new UpstreamFailure('contract', `${name}: ${member} is missing or of the wrong type`, {
    status: answer.status,
  });
}
