"""Plain CSVs of tills in Germany, France and Spain: a line an item, amounts with tax, as their receipts show them.

The tills differ in small ways, so each column has the names that are usual in its country.
"""

from sales.domain.presets.preset import Preset

GERMAN = Preset(
    name="german-till",
    title="a German till",
    needs=("Datum", "Menge", "Bon-Nr."),
    columns={
        "sku": ("Artikelnummer", "Artikel-Nr.", "Art.-Nr.", "ArtNr", "EAN"),
        "name": ("Bezeichnung", "Artikelbezeichnung", "Artikel", "Artikelname"), "category": ("Warengruppe", "WG"),
        "quantity": ("Menge",), "amount": ("Gesamt", "Gesamtpreis", "Betrag", "Umsatz", "Summe"),
        "unit_price": ("Einzelpreis", "VK-Preis", "Preis"), "sold_at": ("Datum",), "invoice": ("Bon-Nr.",),
        "location": ("Filiale", "Markt", "Standort"), "kind": ("Vorgang", "Belegart", "Bontyp"),
        "unit": ("Einheit", "ME", "Mengeneinheit"), "status": ("Status",),
    },
    order="Bon-Nr.",
    time="Uhrzeit",
    day_first=True,
    varies=True,
    currency="Währung",
    discount="Rabatt",
    prices="with tax, as on the receipt, after discounts",
)  # fmt: skip
FRENCH = Preset(
    name="french-till",
    title="a French till",
    needs=("Date", "Quantité", "N° ticket"),
    columns={
        "sku": ("Code article", "Référence", "Code produit", "EAN"), "name": ("Désignation", "Libellé", "Article"),
        "category": ("Famille", "Rayon"), "quantity": ("Quantité",), "amount": ("Total TTC", "Montant TTC"),
        "unit_price": ("Prix unitaire TTC", "PU TTC", "Prix"), "sold_at": ("Date",), "invoice": ("N° ticket",),
        "location": ("Magasin", "Boutique", "Point de vente"), "kind": ("Type", "Opération"),
        "unit": ("Unité", "Unité de vente"), "status": ("Statut",),
    },
    order="N° ticket",
    time="Heure",
    day_first=True,
    varies=True,
    currency="Devise",
    discount="Remise",
    prices="with tax (TTC), after discounts",
)  # fmt: skip
SPANISH = Preset(
    name="spanish-till",
    title="a Spanish till",
    needs=("Fecha", "Cantidad", "Nº ticket"),
    columns={
        "sku": ("Código", "Referencia", "Código de artículo", "EAN"),
        "name": ("Descripción", "Artículo", "Producto"), "category": ("Familia", "Categoría"),
        "quantity": ("Cantidad",), "amount": ("Importe", "Total"), "unit_price": ("Precio", "PVP", "Precio unitario"),
        "sold_at": ("Fecha",), "invoice": ("Nº ticket",), "location": ("Tienda", "Local"),
        "kind": ("Tipo", "Operación"),
        "unit": ("Unidad", "Unidad de medida"), "status": ("Estado",),
    },
    order="Nº ticket",
    time="Hora",
    day_first=True,
    varies=True,
    currency="Moneda",
    discount="Descuento",
    prices="with tax (IVA incluido), after discounts",
)  # fmt: skip
