/** A body while it is received. */
export type ReceivedBody = {
  append(chunk: Buffer): void;
  text(): string;
};

const DECODER = new TextDecoder();
const NOTHING: Buffer = Buffer.alloc(0);

/**
 * Puts a body into one piece: in chunks of a byte each, kept until the end, it would be a thousand times as large. One
 * that comes in a single chunk, as most do, is not copied.
 */
export function createReceivedBody(): ReceivedBody {
  let bytes: Buffer = NOTHING;
  let length = 0;
  return {
    append(chunk) {
      if (length === 0) bytes = chunk;
      else {
        if (length + chunk.length > bytes.length) {
          bytes = Buffer.concat([bytes], Math.max(2 * bytes.length, length + chunk.length));
        }
        chunk.copy(bytes, length);
      }
      length += chunk.length;
    },
    text: () => DECODER.decode(bytes.subarray(0, length)),
  };
}
