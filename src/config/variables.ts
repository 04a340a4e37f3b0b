import { z } from 'zod';

/** The environment variables that have a value, by name: trimmed, and never empty. */
export type Variables = Readonly<Record<string, string>>;

/** Trims every variable. Drops those that are empty or only whitespace: they count as not set. */
export function trimVariables(variables: Readonly<Record<string, string | undefined>>): Variables {
  const trimmed = Object.entries(variables).map(([name, value]) => [name, value?.trim() ?? '']);
  return Object.fromEntries(trimmed.filter(([, value]) => value !== ''));
}

/**
 * A schema that reads the variable `name`, which is expected to be `what`. It is required, unless `schema` accepts
 * `undefined`. A message repeats the value only where the metadata of `schema` has `isPublic`: others may be secrets.
 */
export function variable<Value>(name: string, what: string, schema: z.ZodType<Value>) {
  const read = z.custom<Variables>().transform((variables, context): Value => {
    const value = variables[name];
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    const got = schema.meta()?.['isPublic'] === true ? JSON.stringify(value) : 'something else';
    const message = `expected ${what}${value === undefined ? '; it is not set' : `, got ${got}`}`;
    context.addIssue({ code: 'custom', path: [name], message });
    return z.NEVER;
  });
  return read.meta({ title: name, description: what });
}

/** The names of the variables in `group` that have a value. */
export function definedNames(variables: Variables, group: Readonly<Record<string, z.ZodType>>): string[] {
  const names = Object.values(group).map((schema) => schema.meta()?.title ?? '');
  return names.filter((name) => variables[name] !== undefined);
}

/** A schema that gives all variables to each of `schemas`, and reports the problems of all of them. */
export function eachOf<Schemas extends z.ZodRawShape>(schemas: Schemas) {
  const names = Object.keys(schemas);
  const toEach = (variables: unknown) => Object.fromEntries(names.map((name) => [name, variables]));
  return z.preprocess(toEach, z.object(schemas));
}

/** A schema that reads no variable: its output is always `value`. */
export function constant<const Value>(value: Value) {
  return z.unknown().transform(() => value);
}

/** Text that `parse` turns into a value. The text is invalid where `parse` returns `null` or throws. */
export function parsed<Value>(parse: (text: string) => Value | null) {
  return z.string().transform((text, context): Value => {
    try {
      const value = parse(text);
      if (value !== null) return value;
    } catch {
      // Reported like `null`: the message of the error may quote the text.
    }
    context.addIssue('invalid');
    return z.NEVER;
  });
}

/** Reads a whole number in decimal digits, from `min` to `max`, both included. */
export function integer(
  name: string,
  { min, max, fallback }: { min: number; max: number; fallback: number },
) {
  const number = z.string().regex(/^\d+$/).transform(Number).pipe(z.number().min(min).max(max));
  const schema = number.default(fallback).meta({ isPublic: true });
  return variable(name, `a whole number from ${min} to ${max}`, schema);
}

/** Reads one of `values`. */
export function oneOf<const Value extends string>(
  name: string,
  values: readonly Value[],
  fallback: NoInfer<Value>,
) {
  const schema = z.enum(values).default(fallback).meta({ isPublic: true });
  return variable(name, `one of ${values.join(', ')}`, schema);
}

/** Reads a switch; the output is `true` for `on`. */
export function onOrOff(name: string, fallback: 'on' | 'off') {
  return oneOf(name, ['on', 'off'], fallback).transform((value) => value === 'on');
}

/** Values with commas between them. Spaces around a value are ignored. */
export const list = z.string().transform((text) => text.split(',').map((value) => value.trim()));

/** A value that becomes a header: visible ASCII characters, without spaces. */
export const header = z.string().regex(/^[\x21-\x7e]+$/);

/** Parses a URL without credentials: https, or http on this machine, which cannot be intercepted. `null` for others. */
function parseSafeUrl(text: string): URL | null {
  const url = new URL(text);
  const isLocal = /^(localhost|\[::1\]|127(\.\d{1,3}){3})$/.test(url.hostname);
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLocal);
  return isSafe && `${url.username}${url.password}` === '' ? url : null;
}

/** A URL with https (or http on this machine) and without credentials. */
export const address = parsed((text) => parseSafeUrl(text)?.href ?? null);

/** The same without a path or a query. The output has no slash at its end. */
export const origin = parsed((text) => {
  const url = parseSafeUrl(text);
  return url !== null && `${url.pathname}${url.search}${url.hash}` === '/' ? url.origin : null;
});
