"""Supply terms from a file: from whom a product comes, at what cost, in which packs. Nothing is guessed of a new one
but what the API's own defaults say.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any

from chassis.database import Connection
from contracts.types import Code, Name, Price, Quantity
from pydantic import Field

from catalog.application import decisions
from catalog.application.imports.kind import Context, Kind, LineFate, unknown_places, unknown_products
from catalog.application.imports.suppliers import SUPPLIER_WORDS, Days, code_of
from catalog.domain.imports.columns import COST_WORDS, LOCATION, SKU, FileColumn
from catalog.domain.imports.lines import Line
from catalog.storage import supply

Amount = Annotated[Quantity, Field(ge=0)]
COLUMNS = (
    SKU,
    FileColumn("supplier", Name, "reference", (*SUPPLIER_WORDS, "supplier name", "vendor name"), required=True),
    LOCATION,
    FileColumn("unit_cost", Price, "number", COST_WORDS),
    FileColumn("moq", Amount, "number", (
        "moq", "minimum order", "minimum order quantity", "minimum quantity", "minimum", "min order qty",
        "mindestbestellmenge", "mindestmenge", "minimum de commande", "quantité minimale", "pedido mínimo",
        "cantidad mínima")),
    FileColumn("multiple", Annotated[Quantity, Field(gt=0)], "number", (
        "multiple", "pack size", "order multiple", "case size", "case pack", "case quantity", "units per case",
        "verpackungseinheit", "ve", "gebinde", "losgröße", "conditionnement", "colisage", "unité de commande",
        "unidades por caja", "múltiplo", "embalaje")),
    FileColumn("shelf_life_days", Annotated[Days, Field(gt=0)], "days", (
        "shelf life days", "shelf life", "haltbarkeit", "haltbarkeit tage", "durée de conservation", "vida útil")),
    FileColumn("holding_rate", Annotated[Decimal, Field(ge=0, le=10, decimal_places=3)], "share", (
        "holding rate", "holding cost", "lagerkostensatz", "taux de possession", "tasa de mantenimiento")),
    FileColumn("service_level", Annotated[Decimal, Field(gt=0, lt=1, decimal_places=4)], "share", (
        "service level", "servicegrad", "lieferbereitschaft", "taux de service", "nivel de servicio")),
    FileColumn("stockout_cost", Price, "number", (
        "stockout cost", "fehlmengenkosten", "coût de rupture", "coste de rotura")),
    FileColumn("supplier_sku", Code, "reference", (
        "supplier sku", "supplier part number", "supplier item number", "supplier product code", "vendor part number",
        "lieferantenartikelnummer", "référence fournisseur", "referencia del proveedor")),
)  # fmt: skip
_DEFAULTS: Mapping[str, Any] = {
    "moq": Decimal(0), "multiple": Decimal(1), "shelf_life_days": None, "holding_rate": Decimal("0.2"),
    "service_level": None, "stockout_cost": None, "supplier_sku": None,
}  # fmt: skip


def judge(connection: Connection, lines: Sequence[Line], context: Context) -> list[LineFate]:
    """New, changed, or as they were."""
    unknown = unknown_products(connection, lines, context)
    placeless = unknown_places(connection, [line for line in lines if "location" in line.values], context)
    suppliers = supply.all_suppliers(connection)
    there = supply.terms_of(connection, sorted({line.values["sku"] for line in lines}))
    verdicts = []
    for line in lines:
        faults = [found[line.number] for found in (unknown, placeless) if line.number in found]
        code = code_of(suppliers, line.values["supplier"])
        if code not in suppliers:
            said = line.values["supplier"]
            faults.append(context.reader.fault("supplier", "unknown_supplier", "is no known supplier", said))
        before = there.get((line.values["sku"], line.values.get("location", "")))
        if before is None and "unit_cost" not in line.values:
            faults.append(context.reader.fault("unit_cost", "missing", "is not said, and the terms are new"))
        verdicts.append(LineFate.rejected(line, *faults) if faults else _judged(line, code, before))
    return verdicts


def _judged(line: Line, code: str, before: Mapping[str, Any] | None) -> LineFate:
    said = {**line.values, "supplier": code, "location": line.values.get("location", "")}
    if before is None:
        return LineFate(line, "created", {**_DEFAULTS, **said})
    was = {name: before[name] for name, value in said.items() if before[name] != value}
    kept = {name: before[name] for name in ("unit_cost", *_DEFAULTS)}
    return LineFate(line, "changed" if was else "unchanged", {**kept, **said}, was)


def write(connection: Connection, verdicts: Sequence[LineFate], context: Context) -> None:
    """Store; what is bought so is decided anew."""
    for verdict in sorted(verdicts, key=lambda verdict: (verdict.content["sku"], verdict.content["location"])):
        supply.alone(connection, "supply_term", verdict.content["sku"], verdict.content["location"])
        supply.put_term(connection, verdict.content | {"generated": False})
    decisions.mark_products(connection, sorted({verdict.content["sku"] for verdict in verdicts}))


KIND = Kind(
    "terms", COLUMNS, judge, write, key=("sku", "location"),
    final="orders may follow from its terms already; import the file as it was to change them back",
)  # fmt: skip
