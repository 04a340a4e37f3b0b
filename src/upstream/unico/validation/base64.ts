const STANDARD = /^[A-Za-z0-9+/]+={0,2}$/;
const EITHER_ALPHABET = /^[A-Za-z0-9+/_-]+$/;

const [LF, CR] = [0x0a, 0x0d];

/**
 * Joins the lines of text that a mail program or a command line has wrapped. No text of base64 has line breaks. (Texts
 * have megabytes, and `replace` takes ten times the time and memory for a text that is mostly line breaks.)
 */
export function withoutLineBreaks(text: string): string {
  if (!/[\r\n]/.test(text)) return text;
  const bytes = Buffer.from(text);
  let length = 0;
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i] ?? 0;
    if (byte === LF || byte === CR) continue;
    bytes[length] = byte;
    length += 1;
  }
  return bytes.toString('utf8', 0, length);
}

/**
 * The same bytes in standard base64 on one line, with padding: wrapped lines, missing padding and the alphabet of URLs
 * are unambiguous (RFC 4648). `null` for empty text and for text that is not base64. Text in the standard form is
 * returned as it is, without a copy, because it may have megabytes.
 */
export function toStandardBase64(text: string): string | null {
  if (text.length % 4 === 0 && STANDARD.test(text)) return text;
  const data = withoutLineBreaks(text).replace(/={1,2}$/, '');
  if (data.length % 4 === 1 || !EITHER_ALPHABET.test(data)) return null;
  // Node reads both alphabets, and writes the standard one.
  return Buffer.from(data, 'base64').toString('base64');
}

/** How many bytes standard base64 contains, without decoding it. */
export function decodedLength(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return (base64.length / 4) * 3 - padding;
}

/** Whether text begins as a data URL, the form in which browsers and the preview of Unico's SDK have images. */
export function isDataUrl(text: string): boolean {
  return /^\s*data:/i.test(text);
}

/** What came instead of base64, and what to do about it. */
export function describeNotBase64(text: string): string {
  return isDataUrl(text)
    ? 'got a data URL: send the data alone, without the prefix "data:…;base64,"'
    : 'got text that is not base64: encode the bytes of the file in base64';
}
