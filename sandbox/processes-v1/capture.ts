import { isJsonObject, objectProperty, textProperty } from '../http/json-body.ts';
import type { JsonObject } from '../http/json-body.ts';
import type { SandboxState } from '../state.ts';
import { imageDefect } from './image.ts';
import { looksLikeSdkToken } from './sdk-token.ts';

/**
 * The code that refuses an image or a JWT of the SDK, or `null`. Unico's SDK pages show the JWT for selfies and for
 * documents (upstream.md §5.4).
 */
export function captureDefect(value: string, { sdkTokens }: SandboxState): string | null {
  return looksLikeSdkToken(value) ? sdkTokens.defect(value) : imageDefect(value);
}

const elementsOf = (list: unknown): JsonObject[] => (Array.isArray(list) ? list.filter(isJsonObject) : []);

/** Marks every JWT of the SDK in a body as used. */
export function useSdkTokens(body: JsonObject, { sdkTokens }: SandboxState): void {
  const values = [
    textProperty(body, 'imageBase64'),
    ...elementsOf(objectProperty(body, 'document')['files']).map((file) => textProperty(file, 'data')),
    ...elementsOf(body['references']).map((reference) => textProperty(reference, 'referenceContent')),
  ];
  for (const value of values) if (value !== null && looksLikeSdkToken(value)) sdkTokens.use(value);
}
