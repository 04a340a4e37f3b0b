import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type {
  CaptureCreation,
  JourneyCreation,
  Subject,
} from '../../../../../src/domain/process-creation.ts';
import type { UserError } from '../../../../../src/domain/user-error.ts';
import { validateCreation } from '../../../../../src/upstream/unico/validation/creation.ts';
import { validateDocumentNumber } from '../../../../../src/upstream/unico/validation/document-number.ts';

/* A problem is shown, logged and stored: its message says what was expected, and never contains the value. */

/** Personal text in several forms; its `core` is recognised anywhere. */
const secret = fc
  .tuple(
    fc.constantFrom('', '  ', 'data:', '/9j/', 'eyJ.', '@', '\n'),
    fc.stringMatching(/^[a-z]{12}$/),
    fc.constantFrom('', '==', '.x.y', '@', '  z'),
  )
  .map(([before, core, after]) => ({ text: before + core + after, core }));

const subjectOf = (text: string): Subject => ({
  code: text,
  name: `${text}  ${text}`,
  gender: text,
  birthDate: text,
  email: text,
  phone: text,
});

function captures(text: string): CaptureCreation[] {
  const subject = subjectOf(text);
  const references = [
    { referenceType: 'REFERENCE_TYPE_PROCESS_ID' as const, referenceContent: text },
    { referenceType: 'REFERENCE_TYPE_IMAGE_BASE64' as const, referenceContent: text },
  ];
  return [
    { kind: 'onboarding', subject, imageBase64: text },
    { kind: 'transactional', subject, imageBase64: text, references, referenceProcessId: text },
    { kind: 'ageVerification', subject, imageBase64: text },
    {
      kind: 'document',
      subject: { ...subject, duiType: 'BR_CPF' },
      purpose: text,
      authProcessId: text,
      files: [text],
    },
    { kind: 'document', subject, purpose: text, authProcessId: text, documentId: text, files: [text] },
  ];
}

const journey = (text: string): JourneyCreation => ({
  kind: 'journey',
  flow: '',
  callbackUri: text,
  person: {
    duiType: 'BR_CPF',
    duiValue: text,
    friendlyName: text.repeat(5),
    email: text,
    notifications: ['EMAIL', 'SMS'],
  },
  clientReference: text.repeat(30),
  expiresIn: text,
  references: [{ referenceType: 'REFERENCE_TYPE_IMAGE_BASE64', referenceContent: text }],
  payload: [{ documentName: '', fileContents: `!${text}` }],
});

test('no problem contains the value that it refuses', () => {
  fc.assert(
    fc.property(secret, ({ text, core }) => {
      const problems: UserError[] = [
        ...captures(text).flatMap((capture) => validateCreation(capture)),
        ...validateCreation(journey(text)),
        ...validateDocumentNumber({ duiType: 'BR_PASSPORT', duiValue: text.repeat(30) }),
      ];
      expect(problems.length).toBeGreaterThan(30);
      expect(JSON.stringify(problems)).not.toContain(core);
    }),
  );
});

test('every problem has a field, and a message that says what was expected, what came and what to do', () => {
  for (const problem of [
    ...captures('x').flatMap((capture) => validateCreation(capture)),
    ...validateCreation(journey('x')),
  ]) {
    expect(problem.field?.length).toBeGreaterThan(0);
    expect(problem.message).toMatch(/^expected .+, got .+: .+/);
    expect(problem.retryable).toBe(false);
  }
});

test('any text is validated without an error', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.base64String(),
    fc.emailAddress(),
    fc.webUrl(),
    fc.uuid(),
  );
  fc.assert(
    fc.property(anyText, (text) => {
      const problems = [
        ...captures(text).flatMap((capture) => validateCreation(capture)),
        ...validateCreation(journey(text)),
        ...validateDocumentNumber({ duiType: 'UNKNOWN', duiValue: text }),
      ];
      expect(problems.every(({ message }) => message.startsWith('expected '))).toBe(true);
    }),
  );
});
