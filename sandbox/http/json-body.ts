/** A JSON object of a request, before any property is checked. */
export type JsonObject = Record<string, unknown>;

/** Whether a JSON value is an object, not a list or `null`. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The body as an object, or `null` when it is not JSON or not an object. */
export function parseJsonObject(body: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(body);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

/**
 * A text property, or `null`. Absent, `null`, empty and ill-typed values are the same, as in every "não foi
 * informado" check of Unico (upstream.md §5.5).
 */
export function textProperty(object: JsonObject, name: string): string | null {
  const value = object[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A property that is an object, or an empty object. */
export function objectProperty(object: JsonObject, name: string): JsonObject {
  const value = object[name];
  return isJsonObject(value) ? value : {};
}

/** Whether a property has a value of any type: not absent, `null` or empty text. */
export function hasProperty(object: JsonObject, name: string): boolean {
  return object[name] !== undefined && object[name] !== null && object[name] !== '';
}
