import { z } from 'zod';
import {
  unknownValue,
  document,
  object,
  objects,
  ocrData,
  text,
  stringList,
} from '../parsing/tolerant-schemas.ts';

/*
 * The bodies of processes/v1 (upstream.md §S1, S2; upstream.md §5.2, §5.3). Only `id` is required; the APIKEY decides
 * which other fields come. Signals stay raw here; `to-signals.ts` reads them.
 */

const documentWire = document({
  id: text,
  type: text,
  cpfMatch: unknownValue,
  faceMatch: unknownValue,
  content: ocrData,
  fileUrls: stringList,
});

/** The response of GET processes/v1/{id} and of POST processes/v1. */
export const processResponse = z.looseObject({
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
  document: objects(documentWire),
});

/** A process in a response. */
export type ProcessWire = z.infer<typeof processResponse>;
/** A document of a process in a response. */
export type DocumentWire = z.infer<typeof documentWire>;
