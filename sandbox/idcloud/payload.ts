import { isJsonObject, objectProperty, textProperty } from '../http/json-body.ts';
import type { JsonObject } from '../http/json-body.ts';

/** Whether `list` has at least one element, and all of them fit. */
function isListOf(list: unknown, fits: (element: JsonObject) => boolean): boolean {
  return (
    Array.isArray(list) &&
    list.length > 0 &&
    list.every((element: unknown) => isJsonObject(element) && fits(element))
  );
}

function isDocument(document: JsonObject): boolean {
  return textProperty(document, 'documentName') !== null && textProperty(document, 'fileContents') !== null;
}

/**
 * The defect of `payload` in a flow that signs, as the message of a code 3, or `null`: "all its properties" are
 * mandatory there (upstream.md §4.2). The message is not published; it follows the pattern of the others.
 */
export function payloadDefect(body: JsonObject): string | null {
  const isComplete = isListOf(body['payload'], (envelope) =>
    isListOf(objectProperty(envelope, 'envelopePayload')['documents'], isDocument),
  );
  return isComplete ? null : 'invalid payload';
}
