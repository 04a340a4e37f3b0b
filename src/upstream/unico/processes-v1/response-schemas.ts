import { z } from 'zod';
import { anything, document, object, objects, ocrData, text, texts } from '../parsing/tolerant-schemas.ts';

/*
 * The bodies of processes/v1 (S1, S2; facts 5.2, 5.3). Only `id` is insisted on; which other members come depends on
 * the APIKEY. Signals are read as they come, see `signals.ts`.
 */

const documentWire = document(
  z.object({
    id: text,
    type: text,
    cpfMatch: anything,
    faceMatch: anything,
    content: ocrData,
    fileUrls: texts,
  }),
);

/** The answer of GET processes/v1/{id} and of POST processes/v1. */
export const processAnswer = z.looseObject({
  id: z.string().min(1),
  status: anything,
  unicoId: anything,
  identityFraudsters: anything,
  government: object(z.object({ serpro: anything })),
  liveness: anything,
  score: anything,
  authenticated: anything,
  idAge: anything,
  idCloud: anything,
  riskLevel: anything,
  document: objects(documentWire),
});

export type ProcessWire = z.infer<typeof processAnswer>;
export type DocumentWire = z.infer<typeof documentWire>;
