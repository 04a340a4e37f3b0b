/** An object of JSON: its members, of any type. */
export type JsonProperties = { readonly [member: string]: unknown };

/** Whether a value of JSON is an object, and so has members; a list and `null` are none. */
export function isObject(value: unknown): value is JsonProperties {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
