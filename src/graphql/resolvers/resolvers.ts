import type { Company, Service } from '../../domain/process.ts';
import type { ReusableDocument } from '../../domain/reusable-document.ts';
import type { UserError } from '../../domain/user-error.ts';
import { userMessage } from '../../domain/user-error-messages.ts';
import type {
  CompanyResolvers,
  ReusableDocumentResolvers,
  ServiceResolvers,
  UserErrorResolvers,
} from '../../generated/resolvers.ts';
import { CreateProcessPayload, createProcess } from './create-process.ts';
import { Document } from './document.ts';
import { ForgetProcessPayload, forgetProcess } from './forget-process.ts';
import type { RequiredResolvers } from './resolver-types.ts';
import { Person } from './person.ts';
import { ProcessReference } from './process-reference.ts';
import { Process } from './process.ts';
import { Query } from './query.ts';
import { SetProcessDocumentPayload, setProcessDocument } from './set-process-document.ts';
import { Verdict, VerdictReason } from './verdict.ts';

/* Types whose domain objects have every field as a property: the compiler checks that no resolver is required. */
const company: RequiredResolvers<CompanyResolvers, Company> = {};
const service: RequiredResolvers<ServiceResolvers, Service> = {};
const reusableDocument: RequiredResolvers<ReusableDocumentResolvers, ReusableDocument> = {};

const userError: RequiredResolvers<UserErrorResolvers, UserError> = {
  userMessage: ({ code }, { language }) => userMessage(code, language ?? 'EN'),
};

/** The resolver map. */
export const resolvers = {
  Query,
  Mutation: { createProcess, setProcessDocument, forgetProcess },
  Process,
  ProcessReference,
  Person,
  Verdict,
  VerdictReason,
  Document,
  CreateProcessPayload,
  SetProcessDocumentPayload,
  ForgetProcessPayload,
  Company: company,
  Service: service,
  ReusableDocument: reusableDocument,
  UserError: userError,
};
