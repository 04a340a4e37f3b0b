import type { CaptureCreation, DocumentCheck } from '../../../domain/process-creation.ts';
import { unreachable } from '../../../lib/unreachable.ts';

/** upstream.md §S4 "reuse" and upstream.md §5.2: new files as `document.files[].data`, or `document.documentId`. */
function fromDocumentCheck(check: DocumentCheck): object {
  const { duiType, ...subject } = check.subject;
  return {
    subject: { duiType: duiType === undefined ? undefined : `DUI_TYPE_${duiType}`, ...subject },
    document: {
      purpose: check.purpose,
      authProcessId: check.authProcessId,
      documentId: check.documentId,
      files: check.files?.map((data) => ({ data })),
    },
    subsidiaryId: check.subsidiaryId,
  };
}

/**
 * The body of POST processes/v1 (upstream.md §S2, S4, upstream.md §5.2), with exactly the properties that the caller
 * sent: JSON omits those that are `undefined`.
 */
export function toRequest(capture: CaptureCreation): object {
  switch (capture.kind) {
    case 'onboarding':
    case 'transactional':
    case 'ageVerification': {
      const { kind: _kind, ...body } = capture;
      return body;
    }
    case 'document':
      return fromDocumentCheck(capture);
    default:
      return unreachable(capture, 'capture');
  }
}
