import { redact } from './redact.ts';

/** The form of an identifier: its characters cannot forge a line of a log. */
const PLAIN_NAME = /^[\w.:|@/+=-]{1,128}$/;

/**
 * A name for logs and metrics: its pseudonym, where it looks personal, such as an e-mail address, or is no identifier.
 */
export function plainName(name: string, pseudonym: (name: string) => string): string {
  return PLAIN_NAME.test(name) && redact(name) === name ? name : pseudonym(name);
}
