import { z } from 'zod';
import {
  unknownValue,
  document,
  object,
  evidenceList,
  ocrData,
  text,
  stringList,
  withRaw,
} from '../parsing/tolerant-schemas.ts';

/*
 * The bodies of processes/v1 (upstream.md §S1, S2; upstream.md §5.2, §5.3). Only `id` is required; the APIKEY decides
 * which other fields come. Signals stay raw here; `to-signals.ts` reads them.
 */

const documentWire = document(
  z.object({
    id: text,
    type: text,
    cpfMatch: unknownValue,
    faceMatch: unknownValue,
    content: ocrData,
    fileUrls: stringList,
  }),
);

const processWire = z.object({
  id: z.string().min(1),
  status: unknownValue,
  unicoId: unknownValue,
  identityFraudsters: unknownValue,
  government: object(z.object({ serpro: unknownValue })),
  liveness: unknownValue,
  score: unknownValue,
  authenticated: unknownValue,
  idAge: unknownValue,
  idCloud: unknownValue,
  riskLevel: unknownValue,
  document: evidenceList(documentWire),
  /** The process as Unico sent it. */
  raw: unknownValue,
});

/** The response of GET processes/v1/{id} and of POST processes/v1. */
export const processResponse = z.preprocess(withRaw, processWire);

/** A process in a response. */
export type ProcessWire = z.infer<typeof processResponse>;
/** A document of a process in a response. */
export type DocumentWire = z.infer<typeof documentWire>;
