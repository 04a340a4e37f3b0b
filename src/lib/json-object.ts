/** A JSON object whose properties are not specified. */
export type JsonObject = { readonly [property: string]: unknown };

/** Whether a JSON value is an object; a list and `null` are not. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
