import { json, text } from '../http/reply.ts';
import type { Reply } from '../http/reply.ts';

/**
 * Of the three error shapes that were seen for this contract (upstream.md §4.6) the gateway's is the likeliest, since 3, 5
 * and 9 are gRPC's INVALID_ARGUMENT, NOT_FOUND and FAILED_PRECONDITION.
 */
function refuse(status: number, code: number, message: string): Reply {
  return json(status, { code, message, details: [] });
}

export const invalid = (message: string): Reply => refuse(400, 3, message);

export const wrongState = (message: string): Reply => refuse(400, 9, message);

/** S3, 404. */
export const notFound = (): Reply =>
  refuse(404, 5, 'error getting process: rpc error: code = NotFound desc = process not found');

/** S3, 500. */
export const internalFailure = (): Reply => refuse(500, 99999, 'Internal failure! Try again later');

/** The mesh's token filter answers in plain text (upstream.md §4.6); S3 knows two of its messages. */
export const unauthorized = (message: string): Reply => text(401, message);
