import { createHash } from 'node:crypto';
import type { ProcessCreation } from '../../domain/process-creation.ts';
import { canonicalJson } from '../../lib/json-chunks.ts';

/**
 * The SHA-256 digest of a creation's input, in base64. The order of properties does not change it.
 *
 * It identifies an input in a few bytes, because inputs contain images of many megabytes and a replay compares them
 * again. The digest is a store format: if the same input got another digest, every key in use would be refused as used
 * for another input.
 */
export function digestOfCreation(input: ProcessCreation): string {
  const hash = createHash('sha256');
  for (const chunk of canonicalJson(input)) hash.update(chunk);
  return hash.digest('base64');
}
