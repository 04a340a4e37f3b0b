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
const FILE_COMPARISON: Message = {
  EN: 'A comparison with public records was not possible.',
  PT: 'Não foi possível comparar com registros públicos.',
  ES: 'No fue posible comparar con registros públicos.',
};

const byDecision: MessageByDecision = (decision) => (decision === 'DENIED' ? NOT_CONFIRMED : UNDER_REVIEW);

const MESSAGES = {
  IN_PROGRESS: IN_ANALYSIS,
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
    EN: 'This service is for adults only.',
    PT: 'Este serviço é apenas para maiores de idade.',
    ES: 'Este servicio es solo para mayores de edad.',
  },
  UNKNOWN_UPSTREAM_VALUE: UNDER_REVIEW,
  IDENTITY_UNAVAILABLE: TRY_AGAIN,
  LIVENESS_UNAVAILABLE: NEW_CAPTURE,
  FACE_MATCH_UNAVAILABLE: NEW_CAPTURE,
  REVALIDATION_UNAVAILABLE: TRY_AGAIN,
  AGE_UNAVAILABLE: NEW_CAPTURE,
  INVALID_IDENTITY: NOT_CONFIRMED,
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
  FACE_CONFIRMED: CONFIRMED,
  LIVENESS_CONFIRMED: {
    EN: 'The photo was accepted.',
    PT: 'A foto foi aceita.',
    ES: 'La foto fue aceptada.',
  },
  REVALIDATION_CONFIRMED: CONFIRMED,
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
  NO_SIGNAL: TRY_AGAIN,
  NO_FACE_ON_FILE: FILE_COMPARISON,
  INTEGRATION_ERROR: FILE_COMPARISON,
} as const satisfies Record<string, Message | MessageByDecision>;

/** The stable code of a reason. */
export type VerdictReasonCode = keyof typeof MESSAGES;

/** All reason codes. */
export const VERDICT_REASON_CODES = Object.keys(MESSAGES) as VerdictReasonCode[];

/** A reason of a decision. The decision is part of it, because the message of a reason depends on it. */
export type VerdictReason = { code: VerdictReasonCode; decision: Decision };

/** A sentence about the reason that is safe to show to the verified person. */
export function reasonMessage({ code, decision }: VerdictReason, language: Language): string {
  const message: Message | MessageByDecision = MESSAGES[code];
  return (typeof message === 'function' ? message(decision) : message)[language];
}
