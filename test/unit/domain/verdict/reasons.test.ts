import { readdirSync, readFileSync } from 'node:fs';
import { Kind, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { DUI_TYPES } from '../../../../src/domain/person.ts';
import { PROCESS_SOURCES } from '../../../../src/domain/process.ts';
import { REUSABLE_DOCUMENT_TYPES } from '../../../../src/domain/reusable-document.ts';
import {
  LANGUAGES,
  reasonMessage,
  VERDICT_REASON_CODES,
  type VerdictReasonCode,
} from '../../../../src/domain/verdict/reasons.ts';
import { DECISIONS, type Decision } from '../../../../src/domain/verdict/decision.ts';
import {
  AGES,
  FRAUD_RISKS,
  LIVENESS,
  MATCHES,
  reasonsGiven,
  SERPRO_STATUSES,
  STATES,
} from '../../../support/evidence.ts';

const SCHEMA = new URL('../../../../schema/', import.meta.url);

/** The enums of the schema and their values. */
const ENUMS = new Map(
  readdirSync(SCHEMA)
    .flatMap((file) => parse(readFileSync(new URL(file, SCHEMA), 'utf8')).definitions)
    .filter((definition) => definition.kind === Kind.ENUM_TYPE_DEFINITION)
    .map(({ name, values = [] }) => [name.value, values.map((value) => value.name.value)]),
);

const sorted = (words: readonly string[] = []): string[] => words.toSorted();

test.each<[string, readonly string[]]>([
  ['VerdictReasonCode', VERDICT_REASON_CODES],
  ['Decision', DECISIONS],
  ['Language', LANGUAGES],
  ['ProcessSource', PROCESS_SOURCES],
  ['ProcessState', STATES],
  ['DuiType', [...DUI_TYPES, 'UNKNOWN']],
  ['ReusableDocumentType', REUSABLE_DOCUMENT_TYPES],
  ['Liveness', LIVENESS],
  ['Match', MATCHES],
  ['FraudRisk', FRAUD_RISKS],
  ['AgeOutcome', AGES],
  ['SerproStatus', SERPRO_STATUSES],
])('the enum %s of the schema has exactly the values of the domain', (name, words) => {
  expect(sorted(ENUMS.get(name))).toEqual(sorted(words));
});

const GIVEN = reasonsGiven();

test('the policy gives every reason code, and no other', () => {
  expect(new Set(GIVEN.map(({ code }) => code))).toEqual(new Set(VERDICT_REASON_CODES));
});

const MESSAGES = GIVEN.flatMap((reason) =>
  LANGUAGES.map(
    (language) => [reason.decision, reason.code, language, reasonMessage(reason, language)] as const,
  ),
);

test.each(MESSAGES)(
  '%s for %s has a whole sentence in %s, and no number: "%s"',
  (_decision, _code, _language, message) => {
    expect(message).toMatch(/^\p{Lu}\P{Nd}{10,}\.$/u);
  },
);

test('every reason has a message in three different languages', () => {
  for (const reason of GIVEN) {
    expect(new Set(LANGUAGES.map((language) => reasonMessage(reason, language))).size).toBe(LANGUAGES.length);
  }
});

/** Words about how a decision is made, in any of the three languages. */
const GIVES_AWAY =
  /scor|fraud|risk|risco|riesgo|pontua|puntua|puntaje|rule|regra|regla|threshold|limiar|umbral|liveness|prova de vida|prueba de vida|match|serpro|unico/i;

test.each(MESSAGES)(
  '%s for %s in %s does not reveal to a fraudster what was checked: "%s"',
  (_decision, _code, _language, message) => {
    expect(message).not.toMatch(GIVES_AWAY);
  },
);

const codesOf = (wanted: Decision): VerdictReasonCode[] =>
  GIVEN.filter(({ decision }) => decision === wanted).map(({ code }) => code);

/** These say that there was no comparison with public records, besides any decision. */
const REMARKS: VerdictReasonCode[] = ['NO_FACE_ON_FILE', 'INTEGRATION_ERROR'];

describe.each<[Decision, VerdictReasonCode, VerdictReasonCode[]]>([
  ['REVIEW', 'IDENTITY_INCONCLUSIVE', REMARKS],
  ['DENIED', 'LIVENESS_FAILED', ['UNDERAGE', ...REMARKS]],
])('the reasons of %s', (decision, usual, others) => {
  test.each(LANGUAGES)(`the message of ${decision} in %s is the same, whichever rule decided`, (language) => {
    const sentence = reasonMessage({ code: usual, decision }, language);
    const differs = codesOf(decision).filter(
      (code) => reasonMessage({ code, decision }, language) !== sentence,
    );
    expect(differs.toSorted()).toEqual(others.toSorted());
  });
});

test.each<VerdictReasonCode>(['FRAUD_SIGNS', 'SCORE_NEGATIVE'])(
  '%s denies and asks for a review, and says which of the two it does',
  (code) => {
    const decisions = GIVEN.filter((reason) => reason.code === code).map(({ decision }) => decision);
    expect(decisions.toSorted()).toEqual(['DENIED', 'REVIEW']);
    expect(reasonMessage({ code, decision: 'DENIED' }, 'EN')).toBe('We could not confirm your identity.');
    expect(reasonMessage({ code, decision: 'REVIEW' }, 'EN')).toBe(
      'Your verification will be reviewed by our team.',
    );
  },
);

test('a denial asks to request a review where the company has a review team, and nothing else does', () => {
  for (const { code, decision } of GIVEN) {
    const withTeam = reasonMessage({ code, decision }, 'EN', true);
    expect(withTeam.endsWith('If you disagree, ask for a review.')).toBe(decision === 'DENIED');
  }
});

test('the message about a minor names no age, because partners show it too', () => {
  for (const language of LANGUAGES) {
    const message = reasonMessage({ code: 'UNDERAGE', decision: 'DENIED' }, language);
    expect(message).not.toMatch(/adult|minor|menor|mayor|maior|\bage\b|edad|\bidade/i);
  }
});

test('fraud signs and the remarks of Serpro are for the staff, all other reasons for the person', () => {
  const forStaff = GIVEN.filter(({ audience }) => audience === 'STAFF').map(({ code }) => code);
  expect(new Set(forStaff)).toEqual(new Set(['FRAUD_SIGNS', ...REMARKS]));
});

test('a missing result does not blame the photo of the person', () => {
  const missing = GIVEN.filter(({ code, decision }) => code.endsWith('_UNAVAILABLE') && decision === 'RETRY');
  const texts = missing
    .filter(({ code }) => code !== 'DOCUMENT_CHECK_UNAVAILABLE')
    .map((reason) => reasonMessage(reason, 'EN'));
  expect(new Set(texts)).toEqual(new Set(['We could not complete your verification. Please try again.']));
});
