// Names for the shapes of the API. If a shape is renamed on the server, this is the only file that follows.
import type { components } from './schema'

type Schemas = components['schemas']

export const reportKinds = ['trapped_water', 'injured', 'missing', 'no_water_food', 'house_danger', 'other'] as const
export const vulnerableKinds = ['elder', 'pregnant', 'infant', 'sick', 'disabled'] as const
export type ReportKind = (typeof reportKinds)[number]
export type Vulnerable = (typeof vulnerableKinds)[number]

export type Problem = Schemas['Problem']
export type Place = Schemas['Place']
export type PlaceDetail = Schemas['PlaceDetail']
export type Point = Schemas['Point']
export type PublicReport = Schemas['NewReport']
export type PublicReceived = Schemas['ReceiptOut']
export type ReceiptStatus = Schemas['ProgressOut']
export type Me = Schemas['Me']
export type Session = Schemas['SessionOut']
export type ReportRow = Schemas['ReportRow']
export type ReportDetail = Schemas['ReportDetail']
export type Reason = Schemas['ReasonOut']
export type AttemptIn = Schemas['Report-attemptRequest']
export type OutcomeIn = Schemas['Report-decideRequest']
export type NeedDraft = Schemas['NeedEdit']
export type NeedRow = Schemas['NeedOut']
export type NeedDetail = Schemas['NeedDetail']
export type NeedMap = Schemas['NeedMap']
export type TeamNeed = Schemas['TeamNeed']
export type Instruction = Schemas['Instruction']
export type InstructionIn = Schemas['Instruction-recordRequest'] & { how: Instruction['how'] }
export type Lifecycles = Schemas['LifecyclesOut']
export type LifeState = Schemas['StateOut']

export type TeamRow = Schemas['TeamRow']
export type TeamDetail = Schemas['TeamDetail']
export type TeamName = Schemas['TeamName']
export type TeamIn = Schemas['Team-registerRequest']
export type LegalStep = Schemas['Team-legalRequest']
export type Member = Schemas['MemberOut']
export type MemberIn = Schemas['Member-addRequest']
export type Roster = Schemas['RosterOut']
export type Policy = Schemas['PolicyOut']
export type PolicyIn = Schemas['Policy-addRequest']
export type Cover = Schemas['CoverOut']
export type Vehicle = Schemas['VehicleOut']
export type VehicleIn = Schemas['Vehicle-addRequest']
export type Stock = Schemas['StockOut']
export type StockItem = Schemas['EquipmentOut']
export type History = Schemas['History']

export type Incident = Schemas['IncidentOut']
export type Offer = Schemas['OfferOut']
export type OfferDetail = Schemas['OfferDetail']
export type OfferIn = Schemas['Offer-sendRequest']
export type Manifest = Omit<OfferIn, 'id' | 'team' | 'incident'>
export type Station = Schemas['StationOut']
export type Rule = Schemas['RuleOut']
export type Plan = Schemas['PlanOut']
export type Fact = Schemas['FactOut']
export type Verdict = Schemas['VerdictIn']
export type DecisionIn = Schemas['DecisionIn']
export type DispatchIn = Schemas['Offer-orderRequest']
export type MatchLine = Schemas['LineOut']

export type Link = Schemas['LinkOut']
export type Administrator = Schemas['AdministratorIn']
export type Enrolment = Schemas['EnrolmentOut']
export type Holder = Schemas['HolderOut']
export type HeldGrant = Schemas['HeldGrantOut']
export type GrantIn = Schemas['Grant-giveRequest']
export type Parameter = Schemas['ParameterOut']
export type ParameterIn = Schemas['Parameter-setRequest']

export type Outcome = OutcomeIn['outcome']
export type Audience = 'teams' | 'public'
export type Page<T> = { items: T[]; next: string; counts?: Record<string, number> }
