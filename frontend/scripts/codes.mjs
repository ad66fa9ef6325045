// What the API names by a code, as `words` writes it: these are known, and so are texts of the catalogue.
const DRIVERS = [
  ...[
    "Level",
    "Trend",
    "Season",
    "Calendar",
    "Price",
    "Promotion",
    "Events",
    "Closings",
    "Weather",
    "Availability",
  ],
  ...["Plans", "Like item", "Ending", "Band", "Not below zero", "On sale", "Rounding", "Override"],
];
const ROLES = ["Viewer", "Planner", "Operator", "Admin"];
const STATES = [
  ...["Active", "Disabled", "Waiting", "Claimed", "Running", "Done", "Succeeded", "Failed", "Cancelled"],
  ...[
    "Not promoted",
    "Proposed",
    "Approved",
    "Received",
    "Recorded",
    "Created",
    "Changed",
    "Unchanged",
    "Refused",
  ],
];
const STAGES = [
  ...[
    "Reading the file",
    "Creating products",
    "Recording",
    "Importing",
    "Keeping failed lines",
    "Sending lines",
  ],
  ...[
    "Running lines again",
    "Taking sales back",
    "Reading the log",
    "Reading the history",
    "Models",
    "Publishing",
  ],
  "Telling again",
];
const SALES = ["Sale", "Return", "Correction", "Void", "Product", "Location", "Original"];
const EVENTS = ["Holiday", "Closed", "Fair", "School holidays", "Event"];
const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const SERVICES = ["Auth", "Catalog", "Sales", "Forecaster"];
const CONSUMERS = [
  "Audit",
  "Claims",
  "Findings",
  "Forecasts",
  "Stock",
  "History",
  "Ledger",
  "Locations",
  "Products",
];
/** What is not known of drivers, as a sentence without its end. */
const UNKNOWN = [
  "There has been no promotion yet, so that nothing is known of what one does: the forecast stays",
  "No price has changed yet, so that nothing is known of what one does: the forecast stays",
  "What prices did could not be told from chance so far: the forecast stays",
  "Nothing is known of what such weather does to these sales: the forecast stays",
  "There has been no promotion of this kind yet: it is taken to do what all kinds did",
  "Kinds of promotions could not be told apart so far: each is taken to do what all did",
  "All promotions so far were of one depth: another depth is taken to do what that did",
  "The weather is supposed to be further off than it mostly was: what it does then was hardly ever seen",
];
/** What columns of files say. */
const COLUMNS = [
  ...[
    "Name",
    "Code",
    "Category",
    "Kind",
    "Quantity",
    "Unit price",
    "Amount",
    "Invoice",
    "Till",
    "Time",
    "Zone",
  ],
  ...[
    "Status",
    "Supplier",
    "Supplier sku",
    "Unit cost",
    "Cost",
    "Barcode",
    "Day",
    "Issued",
    "Reference",
    "Needed on",
  ],
  ...[
    "Lead days",
    "Lead spread days",
    "Review days",
    "Service level",
    "Stockout cost",
    "Holding rate",
    "Archived",
  ],
  ...[
    "Shelf life days",
    "On sale from",
    "On sale until",
    "Starts",
    "Ends",
    "Discount",
    "Locations",
    "Valid from",
  ],
  ...["Received at", "May oversell", "Temperature", "Temperature max", "Precipitation"],
];

export const CODES = [
  ...new Set([
    ...[DRIVERS, ROLES, STATES, STAGES, SALES, EVENTS, DAYS, SERVICES, CONSUMERS, UNKNOWN, COLUMNS].flat(),
    // As they stand within a sentence.
    ...EVENTS.map((kind) => kind.toLowerCase()),
  ]),
];
