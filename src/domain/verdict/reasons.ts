import type { Decision } from './decision.ts';

/** The languages of messages. */
export const LANGUAGES = ['EN', 'PT', 'ES'] as const;
/** A language of messages. */
export type Language = (typeof LANGUAGES)[number];

type Message = Readonly<Record<Language, string>>;

/** A reason that can deny and can require a review has the message of the other reasons of that decision. */
type MessageByDecision = (decision: Decision) => Message;

/*
 * Several reasons share a sentence on purpose: the message to a person must not reveal to a fraudster which rule
 * applied.
 */

const IN_ANALYSIS: Message = {
  EN: 'Your verification is still being analysed.',
  PT: 'Sua verificação ainda está em análise.',
  ES: 'Tu verificación aún está en análisis.',
};
const TRY_AGAIN: Message = {
  EN: 'We could not complete your verification. Please try again.',
  PT: 'Não foi possível concluir sua verificação. Tente novamente.',
  ES: 'No pudimos completar tu verificación. Inténtalo de nuevo.',
};
const NEW_DOCUMENT_PHOTO: Message = {
  EN: 'Send a new, sharp and complete photo of the document.',
  PT: 'Envie uma nova foto do documento, nítida e sem cortes.',
  ES: 'Envía una nueva foto del documento, nítida y completa.',
};
const NEW_CAPTURE: Message = {
  EN: 'Please take a new photo in a well-lit place and check the data you gave.',
  PT: 'Tire uma nova foto em um local bem iluminado e confira os dados informados.',
  ES: 'Toma una nueva foto en un lugar bien iluminado y revisa los datos que diste.',
};
const NOT_CONFIRMED: Message = {
  EN: 'We could not confirm your identity.',
  PT: 'Não foi possível confirmar sua identidade.',
  ES: 'No pudimos confirmar tu identidad.',
};
const UNDER_REVIEW: Message = {
  EN: 'Your verification will be reviewed by our team.',
  PT: 'Sua verificação será analisada por nossa equipe.',
  ES: 'Tu verificación será revisada por nuestro equipo.',
};
const CONFIRMED: Message = {
  EN: 'Your identity was confirmed.',
  PT: 'Sua identidade foi confirmada.',
  ES: 'Tu identidad fue confirmada.',
};
const RECOGNISED: Message = {
  EN: 'We recognised you.',
  PT: 'Reconhecemos você.',
  ES: 'Te reconocimos.',
};
const FILE_COMPARISON: Message = {
  EN: 'A comparison with public records was not possible.',
  PT: 'Não foi possível comparar com registros públicos.',
  ES: 'No fue posible comparar con registros públicos.',
};

/** The message of a missing result: where other reasons require a review, a repetition is not asked for. */
const unlessReviewed =
  (message: Message): MessageByDecision =>
  (decision) =>
    decision === 'REVIEW' ? UNDER_REVIEW : message;

const byDecision: MessageByDecision = (decision) => (decision === 'DENIED' ? NOT_CONFIRMED : UNDER_REVIEW);

const MESSAGES = {
  IN_PROGRESS: IN_ANALYSIS,
  JOURNEY_NOT_FINISHED: {
    EN: 'Continue your verification to complete it.',
    PT: 'Continue sua verificação para concluí-la.',
    ES: 'Continúa tu verificación para completarla.',
  },
  AWAITING_DOCUMENT: {
    EN: 'Please give the number of your identity document to continue.',
    PT: 'Informe o número do seu documento de identidade para continuar.',
    ES: 'Indica el número de tu documento de identidad para continuar.',
  },
  PROCESSING_ERROR: TRY_AGAIN,
  JOURNEY_EXPIRED: {
    EN: 'The time to finish your verification has run out. Please start again.',
    PT: 'O prazo para concluir sua verificação terminou. Comece novamente.',
    ES: 'El plazo para completar tu verificación terminó. Comienza de nuevo.',
  },
  CANCELED: {
    EN: 'The verification was cancelled. Please start again.',
    PT: 'A verificação foi cancelada. Comece novamente.',
    ES: 'La verificación fue cancelada. Comienza de nuevo.',
  },
  LIVENESS_FAILED: NOT_CONFIRMED,
  IDENTITY_MISMATCH: NOT_CONFIRMED,
  FACE_MISMATCH: NOT_CONFIRMED,
  REVALIDATION_FAILED: NOT_CONFIRMED,
  UNDERAGE: {
    // Partners show it too, and must not learn the person's age group.
    EN: 'You do not meet the requirements of this service.',
    PT: 'Você não atende aos requisitos deste serviço.',
    ES: 'No cumples los requisitos de este servicio.',
  },
  UNKNOWN_UPSTREAM_VALUE: UNDER_REVIEW,
  IDENTITY_UNAVAILABLE: unlessReviewed(TRY_AGAIN),
  // A technical gap does not blame the photo of the person.
  LIVENESS_UNAVAILABLE: unlessReviewed(TRY_AGAIN),
  FACE_MATCH_UNAVAILABLE: unlessReviewed(TRY_AGAIN),
  REVALIDATION_UNAVAILABLE: unlessReviewed(TRY_AGAIN),
  AGE_UNAVAILABLE: unlessReviewed(TRY_AGAIN),
  FRAUD_RISK_UNAVAILABLE: unlessReviewed(TRY_AGAIN),
  DOCUMENT_CHECK_UNAVAILABLE: unlessReviewed(NEW_DOCUMENT_PHOTO),
  INVALID_IDENTITY: byDecision,
  EVIDENCE_INCOMPLETE: UNDER_REVIEW,
  REFERENCE_NOT_APPROVED: UNDER_REVIEW,
  ORCHESTRATED_DENIED: NOT_CONFIRMED,
  ORCHESTRATED_REVIEW: UNDER_REVIEW,
  ORCHESTRATED_RETRY: NEW_CAPTURE,
  ORCHESTRATED_APPROVED: CONFIRMED,
  SCORE_NEGATIVE: byDecision,
  SCORE_NEUTRAL: NEW_CAPTURE,
  SCORE_UNAVAILABLE: TRY_AGAIN,
  SCORE_MODERATE: UNDER_REVIEW,
  SCORE_STRONG: CONFIRMED,
  FRAUD_SIGNS: byDecision,
  DOCUMENT_CHECK_FAILED: UNDER_REVIEW,
  AGE_INCONCLUSIVE: UNDER_REVIEW,
  IDENTITY_INCONCLUSIVE: UNDER_REVIEW,
  IDENTITY_CONFIRMED: CONFIRMED,
  FACE_CONFIRMED: RECOGNISED,
  LIVENESS_CONFIRMED: {
    EN: 'The photo was accepted.',
    PT: 'A foto foi aceita.',
    ES: 'La foto fue aceptada.',
  },
  REVALIDATION_CONFIRMED: RECOGNISED,
  AGE_CONFIRMED: {
    EN: 'Your age was confirmed.',
    PT: 'Sua idade foi confirmada.',
    ES: 'Tu edad fue confirmada.',
  },
  DOCUMENT_CONFIRMED: {
    EN: 'Your document was confirmed.',
    PT: 'Seu documento foi confirmado.',
    ES: 'Tu documento fue confirmado.',
  },
  FRAUD_RISK_CLEARED: {
    EN: 'Verification completed.',
    PT: 'Verificação concluída.',
    ES: 'Verificación completada.',
  },
  NO_SIGNAL: TRY_AGAIN,
  NO_FACE_ON_FILE: FILE_COMPARISON,
  INTEGRATION_ERROR: FILE_COMPARISON,
} as const satisfies Record<string, Message | MessageByDecision>;

/** The stable code of a reason. */
export type VerdictReasonCode = keyof typeof MESSAGES;

/** All reason codes. */
export const VERDICT_REASON_CODES = Object.keys(MESSAGES) as VerdictReasonCode[];

/** For whom a reason is: the verified person, or only the staff of the company. */
export const REASON_AUDIENCES = ['PERSON', 'STAFF'] as const;
/** For whom a reason is. */
export type ReasonAudience = (typeof REASON_AUDIENCES)[number];

/** The reasons that a person cannot act on, and must not draw conclusions from. */
const STAFF_REASONS: ReadonlySet<VerdictReasonCode> = new Set([
  'FRAUD_SIGNS',
  'NO_FACE_ON_FILE',
  'INTEGRATION_ERROR',
]);

/** A reason of a decision. The decision is part of it, because the message of a reason depends on it. */
export type VerdictReason = { code: VerdictReasonCode; decision: Decision; audience: ReasonAudience };

/** A reason of a decision with its audience. */
export function verdictReason(code: VerdictReasonCode, decision: Decision): VerdictReason {
  return { code, decision, audience: STAFF_REASONS.has(code) ? 'STAFF' : 'PERSON' };
}

/** The reasons whose condition holds, in the order of `conditions`. */
export function reasonsWhere(conditions: [VerdictReasonCode, boolean][]): VerdictReasonCode[] {
  return conditions.filter(([, holds]) => holds).map(([code]) => code);
}

/** One reason where its condition holds. */
export function reasonWhere(code: VerdictReasonCode, holds: boolean): VerdictReasonCode[] {
  return holds ? [code] : [];
}

/** The sentence that follows each message of a denial where the company has a team that reviews decisions. */
const ASK_FOR_REVIEW: Message = {
  EN: 'If you disagree, ask for a review.',
  PT: 'Se não concordar, peça a revisão desta decisão.',
  ES: 'Si no estás de acuerdo, solicita una revisión.',
};

/**
 * A sentence about the reason that is safe to show to the verified person. `reviewTeam`: whether people review
 * decisions, so that a denial says how to ask for it.
 */
export function reasonMessage(
  { code, decision }: Pick<VerdictReason, 'code' | 'decision'>,
  language: Language,
  reviewTeam = false,
): string {
  const message: Message | MessageByDecision = MESSAGES[code];
  const sentence = (typeof message === 'function' ? message(decision) : message)[language];
  return reviewTeam && decision === 'DENIED' ? `${sentence} ${ASK_FOR_REVIEW[language]}` : sentence;
}
