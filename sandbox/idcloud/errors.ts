import { jsonReply, textReply } from '../http/reply.ts';
import type { Reply } from '../http/reply.ts';

/**
 * Three error shapes are known for this contract (upstream.md §4.6). The gateway's is the likeliest, since 3, 5 and 9
 * are gRPC's INVALID_ARGUMENT, NOT_FOUND and FAILED_PRECONDITION.
 */
function errorReply(status: number, code: number, message: string): Reply {
  return jsonReply(status, { code, message, details: [] });
}

/** An invalid request (upstream.md §4.6, code 3). */
export const invalid = (message: string): Reply => errorReply(400, 3, message);

/** A process in the wrong state (upstream.md §4.6, code 9). */
export const wrongState = (message: string): Reply => errorReply(400, 9, message);

/** An unknown process (upstream.md §S3, 404). */
export const notFound = (): Reply =>
  errorReply(404, 5, 'error getting process: rpc error: code = NotFound desc = process not found');

/** A failure of Unico (upstream.md §S3, 500). */
export const internalFailure = (): Reply => errorReply(500, 99999, 'Internal failure! Try again later');

/**
 * The token filter of the mesh responds in plain text (upstream.md §4.6); upstream.md §S3 has two of its messages.
 */
export const unauthorized = (message: string): Reply => textReply(401, message);
