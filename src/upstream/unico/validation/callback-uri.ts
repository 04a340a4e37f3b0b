import type { UserError } from '../../../domain/user-error.ts';
import { idcloudProblem } from './input-problem.ts';

/** A path, or a scheme: what else an address begins with cannot be parsed at Unico (upstream.md §4.2). */
const PATH_OR_SCHEME = /^(?:\/|(?<scheme>[a-z][a-z0-9+.-]*):)/i;

/** Unico's parser refuses them, and a browser ignores some of them, so that `java\nscript:` would be a scheme. */
// oxlint-disable-next-line no-control-regex
const CONTROL_CHARACTER = /[\0-\x1f\x7f]/;

/**
 * Schemes that run code or show content of their own in the person's browser, instead of opening an address. They are
 * refused to protect the person, whether Unico takes them or not.
 */
const FORBIDDEN_SCHEMES: ReadonlySet<string> = new Set(['javascript', 'data', 'vbscript', 'blob', 'file']);

function isCallbackUri(uri: string): boolean {
  const match = PATH_OR_SCHEME.exec(uri);
  if (match === null || CONTROL_CHARACTER.test(uri)) return false;
  return !FORBIDDEN_SCHEMES.has(match.groups?.['scheme']?.toLowerCase() ?? '');
}

/** Validates the callback of a journey: an address, a path, the scheme of an app, or `/` for none. */
export function validateCallbackUri(uri: string): UserError[] {
  if (isCallbackUri(uri)) return [];
  const message =
    'expected an address such as https://shop.example/return, a path, the scheme of an app, or "/", got another form: correct it';
  return [idcloudProblem('invalid callbackUri', ['callbackUri'], message)];
}
