/** The bodies that forms send, field by field; written by scripts/forms.mjs from openapi.json. */
import { choice, day, decimal, optional, text } from "@/components/form/fields";

export const AdjustmentIn = {
  location: text({ max: 64 }),
  quantity: decimal({ above: -1000000000, below: 1000000000 }),
  reason: text({ max: 500 }),
  sku: text({ max: 64 }),
};

export const ApiKeyIn = {
  name: text({ max: 200 }),
  source: optional(text({ max: 200 })),
};

export const AssignIn = {
  assignee: optional(text({ max: 200 })),
};

export const BillPut = {
  valid_from: day(),
};

export const ConfirmIn = {
  confirmed_on: optional(day()),
  was: optional(day()),
};

export const CorrectionIn = {
  id: optional(text({ max: 200 })),
  location: optional(text({ max: 64 })),
  quantity: optional(decimal({ min: -10000000, max: 10000000 })),
  reference: optional(text({ max: 500 })),
  sku: optional(text({ max: 64 })),
  sold_at: optional(day()),
  unit_price: optional(decimal({ min: 0, below: 1000000000 })),
};

export const CountIn = {
  location: text({ max: 64 }),
  quantity: decimal({ above: -1000000000, below: 1000000000 }),
  sku: text({ max: 64 }),
};

export const Credentials = {
  code: optional(text({ max: 40 })),
  password: text({ max: 1000, exact: true }),
  username: text({ max: 200 }),
};

export const EventIn = {
  ends: day(),
  kind: text({ max: 64 }),
  name: text({ max: 200 }),
  starts: day(),
};

export const ExclusionIn = {
  first_day: day(),
  last_day: optional(day()),
  location: text({ max: 64 }),
  reason: text({ min: 3, max: 200 }),
  sku: text({ max: 64 }),
};

export const LocationPut = {
  code: text({ max: 64 }),
  country: optional(text({ pattern: /^[A-Za-z]{2}$/ })),
  latitude: optional(decimal({ min: -90, max: 90 })),
  longitude: optional(decimal({ min: -180, max: 180 })),
  name: text({ max: 200 }),
  region: optional(text({ pattern: /^[A-Za-z0-9]{1,4}$/ })),
};

export const MakeIn = {
  category: optional(text({ max: 200 })),
  code: text({ max: 64 }),
  name: optional(text({ max: 200 })),
  price: optional(decimal({ min: 0, below: 1000000000 })),
};

export const MapIn = {
  code: text({ max: 64 }),
  sku: text({ max: 64 }),
};

export const MendedLetter = {
  value: text({ max: 500000 }),
};

export const NoteIn = {
  note: optional(text({ max: 500 })),
};

export const OverrideIn = {
  category: optional(text({ max: 200 })),
  expires_on: optional(day()),
  first_week: day(),
  kind: choice(["units","percent","formula"]),
  last_week: optional(day()),
  location: optional(text({ max: 64 })),
  per: choice(["week","total"]),
  reason: text({ min: 3, max: 500 }),
  sku: optional(text({ max: 64 })),
  value: text({ max: 40 }),
};

export const PasswordChange = {
  current: text({ max: 1000 }),
  new: text({ max: 1000 }),
};

export const PasswordProof = {
  current: text({ max: 1000 }),
};

export const PriceIn = {
  location: optional(text({ max: 64 })),
  price: decimal({ min: 0, below: 1000000000 }),
  sku: text({ max: 64 }),
  valid_from: day(),
};

export const PricePlan = {
  factor: optional(decimal({ max: 10, above: 0 })),
  price: optional(decimal({ min: 0, below: 1000000000 })),
  valid_from: day(),
};

export const ProductIn = {
  barcode: optional(text({ max: 64 })),
  category: optional(text({ max: 200 })),
  cost: optional(decimal({ min: 0, below: 1000000000 })),
  like_multiplier: optional(decimal({ max: 1000, above: 0 })),
  like_sku: optional(text({ max: 64 })),
  location: text({ max: 64 }),
  name: text({ max: 200 }),
  on_sale_from: optional(day()),
  on_sale_until: optional(day()),
  price: optional(decimal({ min: 0, below: 1000000000 })),
  replaces_sku: optional(text({ max: 64 })),
  sku: text({ max: 64 }),
  stock: optional(decimal({ above: -1000000000, below: 1000000000 })),
};

export const ProductPatch = {
  barcode: optional(text({ max: 64 })),
  category: optional(text({ max: 200 })),
  cost: optional(decimal({ min: 0, below: 1000000000 })),
  like_multiplier: optional(decimal({ max: 1000, above: 0 })),
  like_sku: optional(text({ max: 64 })),
  name: text({ max: 200 }),
  on_sale_from: optional(day()),
  on_sale_until: optional(day()),
  price: optional(decimal({ min: 0, below: 1000000000 })),
  replaces_sku: optional(text({ max: 64 })),
};

export const PromotionIn = {
  discount: optional(decimal({ min: 0, max: 1, percent: true })),
  ends: day(),
  kind: choice(["price_cut","multibuy","display","leaflet","coupon","loyalty","other"]),
  name: text({ max: 200 }),
  planned_quantity: optional(decimal({ max: 10000000, above: 0 })),
  starts: day(),
};

export const PromotionPlan = {
  discount: optional(decimal({ min: 0, max: 1, percent: true })),
  ends: day(),
  kind: choice(["price_cut","multibuy","display","leaflet","coupon","loyalty","other"]),
  name: text({ max: 200 }),
  starts: day(),
};

export const ProposeIn = {
  budget: optional(decimal({ min: 0, below: 1000000000000 })),
  supplier: optional(text({ max: 64 })),
};

export const Registration = {
  email: optional(text({ max: 254, pattern: /^[^@\s\x00]+@[^@\s\x00]+$/ })),
  password: text({ max: 1000, exact: true }),
  username: text({ pattern: /^[A-Za-z0-9][A-Za-z0-9._@+-]{1,63}$/ }),
};

export const ReleaseIn = {
  reason: optional(text({ min: 3, max: 200 })),
};

export const ReplayIn = {
  from: optional(day()),
  to: optional(day()),
};

export const HeldItem = {
  location: text({ max: 64 }),
  needed_on: optional(day()),
  quantity: decimal({ min: 0, above: -1000000000, below: 1000000000 }),
  sku: text({ max: 64 }),
};

export const ReservationIn = {
  reference: text({ max: 64 }),
};

export const ReturnIn = {
  reason: text({ max: 500 }),
  supplier: text({ max: 64 }),
};

export const SaleIn = {
  id: optional(text({ max: 200 })),
  kind: choice(["sale","return","correction","void"]),
  location: optional(text({ max: 64 })),
  original: optional(text({ max: 200 })),
  quantity: optional(decimal({ min: -10000000, max: 10000000 })),
  reference: optional(text({ max: 500 })),
  sku: optional(text({ max: 64 })),
  sold_at: optional(day()),
  unit_price: optional(decimal({ min: 0, below: 1000000000 })),
};

export const Scenario = {
  lead_days: optional(decimal({ min: 0, max: 730 })),
  on_sale_until: optional(day()),
  service_level: optional(decimal({ above: 0, below: 1, percent: true })),
};

export const SecondFactorCode = {
  code: text({ min: 6, max: 40 }),
};

export const SupplierIn = {
  code: text({ max: 64 }),
  lead_days: decimal({ min: 0, max: 3650 }),
  lead_spread_days: decimal({ min: 0, max: 3650 }),
  name: text({ max: 200 }),
  review_days: decimal({ min: 0, max: 3650 }),
};

export const TermChanges = {
  holding_rate: decimal({ min: 0, max: 10, percent: true }),
  moq: decimal({ min: 0, above: -1000000000, below: 1000000000 }),
  multiple: decimal({ above: 0, below: 1000000000 }),
  service_level: optional(decimal({ above: 0, below: 1, percent: true })),
  shelf_life_days: optional(decimal({ min: 0, max: 3650, above: 0 })),
  supplier: text({ max: 64 }),
  unit_cost: decimal({ min: 0, below: 1000000000 }),
};

export const TermPut = {
  holding_rate: decimal({ min: 0, max: 10, percent: true }),
  location: optional(text({ max: 64 })),
  moq: decimal({ min: 0, above: -1000000000, below: 1000000000 }),
  multiple: decimal({ above: 0, below: 1000000000 }),
  service_level: optional(decimal({ above: 0, below: 1, percent: true })),
  shelf_life_days: optional(decimal({ min: 0, max: 3650, above: 0 })),
  sku: text({ max: 64 }),
  stockout_cost: optional(decimal({ min: 0, below: 1000000000 })),
  supplier: text({ max: 64 }),
  supplier_sku: optional(text({ max: 64 })),
  unit_cost: decimal({ min: 0, below: 1000000000 }),
};

export const TrainIn = {
  as_of: optional(day()),
  cause: choice(["manual","demo","replay"]),
};

export const UserIn = {
  email: optional(text({ max: 254, pattern: /^[^@\s\x00]+@[^@\s\x00]+$/ })),
  role: choice(["viewer","planner","operator","admin"]),
  username: text({ pattern: /^[A-Za-z0-9][A-Za-z0-9._@+-]{1,63}$/ }),
};

export const VoidIn = {
  id: optional(text({ max: 200 })),
  reason: optional(text({ max: 500 })),
};

export const WeatherPlan = {
  ends: day(),
  starts: day(),
  warmer: optional(decimal({ min: -15, max: 15 })),
  wetter: optional(decimal({ min: -50, max: 50 })),
};

export const Item = {
  location: text({ max: 64 }),
  quantity: decimal({ above: 0, below: 1000000000 }),
  sku: text({ max: 64 }),
};

export const KitComponent = {
  quantity: decimal({ max: 10000, above: 0 }),
  sku: text({ max: 64 }),
};
