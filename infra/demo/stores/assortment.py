"""The shops and what they sell: a tree of categories, products with pace, price, elasticity, season, supplier."""

from dataclasses import dataclass

import numpy as np

SHOPS = {"harbour": ("Harbour Street", 1.5), "station": ("Station Arcade", 1.1), "market": ("Market Square", 0.8),
         "hill": ("Hill Road", 0.6)}  # fmt: skip
# Monday first: the station sells to commuters, the others at weekends.
WEEKDAYS = {"station": (1.15, 1.15, 1.15, 1.15, 1.25, 0.8, 0.35)}
USUAL_WEEK = (0.8, 0.8, 0.85, 0.95, 1.2, 1.5, 0.9)
SUPPLIERS = (
    ("ALBION", "Albion Foods (generated)", 3, 1), ("BREWHOUSE", "Brewhouse Trading (generated)", 7, 2),
    ("CARDIFF", "Cardiff Home (generated)", 14, 3), ("DELTA", "Delta Garden (generated)", 21, 5),
    ("ELM", "Elm Toys (generated)", 28, 6), ("FENWICK", "Fenwick Paper (generated)", 10, 2),
)  # fmt: skip


@dataclass(frozen=True)
class CategoryLeaf:
    """A leaf of the category tree."""

    department: str
    name: str
    supplier: str
    price: float
    pace: float  # units a day of a usual product in a usual shop
    season: tuple[float, float]  # how strong the yearly season is (share of the mean), and its best day of the year
    things: tuple[str, ...]

    @property
    def category(self) -> str:
        """The path in the tree."""
        return f"{self.department} / {self.name}"


def _group(
    path: str, supplier: str, price: float, pace: float, season: tuple[float, float], things: str
) -> CategoryLeaf:
    department, _, name = path.partition("/")
    return CategoryLeaf(department, name, supplier, price, pace, season, tuple(things.split(",")))


EVEN, SUMMER, WINTER, SPRING, CHRISTMAS = (0.05, 180.0), (0.5, 195.0), (0.4, 15.0), (0.6, 120.0), (0.5, 345.0)
GROUPS = (
    _group("Food/Coffee", "BREWHOUSE", 7.5, 0.9, WINTER, "House blend,Espresso,Decaf,Guatemala,Ethiopia,Filter roast"),
    _group("Food/Tea", "BREWHOUSE", 4.2, 0.8, WINTER, "Earl Grey,Assam,Green tea,Peppermint,Rooibos,Breakfast tea"),
    _group("Food/Chocolate", "ALBION", 3.1, 1.1, CHRISTMAS, "Dark bar,Milk bar,Nut bar,Truffles,Mints,Praline"),
    _group("Food/Biscuits", "ALBION", 2.6, 1.0, EVEN, "Shortbread,Oat biscuit,Ginger snap,Wafer,Cracker,Cantuccini"),
    _group("Food/Preserves", "ALBION", 3.8, 0.5, EVEN, "Strawberry jam,Orange marmalade,Honey,Lemon curd,Chutney"),
    _group("Drinks/Juice", "ALBION", 3.4, 0.9, SUMMER, "Apple juice,Orange juice,Elderflower,Lemonade,Ginger beer"),
    _group("Drinks/Cider", "ALBION", 2.9, 0.6, SUMMER, "Dry cider,Sweet cider,Pear cider,Rose cider"),
    _group("Kitchen/Mugs", "CARDIFF", 8.9, 0.35, CHRISTMAS, "Mug,Espresso cup,Tea cup,Travel mug,Enamel mug"),
    _group("Kitchen/Bowls", "CARDIFF", 12.5, 0.2, EVEN, "Bowl,Salad bowl,Mixing bowl,Dessert bowl"),
    _group("Kitchen/Linen", "CARDIFF", 9.5, 0.2, EVEN, "Tea towel,Apron,Oven glove,Napkins,Table runner"),
    _group("Kitchen/Tools", "CARDIFF", 6.9, 0.25, EVEN, "Whisk,Wooden spoon,Peeler,Grater,Ladle,Corkscrew"),
    _group("Home/Candles", "FENWICK", 7.9, 0.45, WINTER, "Pillar candle,Scented candle,Tealight,Dinner candle,Lantern"),
    _group("Home/Cushions", "CARDIFF", 24.0, 0.12, WINTER, "Cushion,Floor cushion,Throw,Blanket"),
    _group("Home/Frames", "FENWICK", 14.0, 0.12, CHRISTMAS, "Oak frame,Black frame,Gilt frame,Multi frame"),
    _group("Home/Storage", "CARDIFF", 18.0, 0.12, EVEN, "Basket,Crate,Storage box,Jar,Hook rail"),
    _group("Garden/Seeds", "DELTA", 2.4, 0.5, SPRING, "Sunflower,Lavender,Tomato,Basil,Poppy,Wildflower"),
    _group("Garden/Pots", "DELTA", 11.0, 0.2, SPRING, "Terracotta pot,Zinc planter,Hanging basket,Window box"),
    _group("Garden/Tools", "DELTA", 16.0, 0.12, SPRING, "Trowel,Secateurs,Watering can,Gloves,Dibber"),
    _group("Toys/Games", "ELM", 15.0, 0.15, CHRISTMAS, "Card game,Dominoes,Ludo,Quiz,Memory game"),
    _group("Toys/Soft toys", "ELM", 13.0, 0.18, CHRISTMAS, "Bear,Rabbit,Fox,Owl,Hedgehog"),
    _group("Toys/Craft", "ELM", 8.0, 0.2, CHRISTMAS, "Paint set,Clay,Knitting kit,Bead kit,Sticker book"),
    _group("Paper/Cards", "FENWICK", 2.8, 0.9, EVEN, "Birthday card,Thank-you card,Blank card,Wedding card,Baby card"),
    _group("Paper/Notebooks", "FENWICK", 6.5, 0.3, EVEN, "Notebook,Sketchbook,Diary,Address book,Planner"),
    _group("Paper/Wrap", "FENWICK", 3.2, 0.5, CHRISTMAS, "Gift wrap,Ribbon,Gift bag,Tissue paper,Tags"),
)  # fmt: skip
STYLES = ("", "Classic", "Large", "Small", "Blue", "Green", "Red", "Organic", "Striped", "Spotted", "Limited", "Fine")


@dataclass(frozen=True)
class Article:
    """A product of the generated shops."""

    sku: str
    name: str
    group: CategoryLeaf
    thing: str
    price: float
    cost: float
    pace: float
    elasticity: float
    pack: int
    dispersion: float


def articles(count: int, rng: np.random.Generator) -> list[Article]:
    """So many products, spread evenly over the groups; names repeat nowhere."""
    found = []
    for number in range(count):
        group = GROUPS[number % len(GROUPS)]
        place = number // len(GROUPS)
        turn, of_thing = divmod(place, len(group.things))
        again, of_style = divmod(turn, len(STYLES))
        thing, number_of_name = group.things[of_thing], f"No. {again + 1}" if again else ""
        name = " ".join(filter(None, (thing, STYLES[of_style], number_of_name)))
        price = round(group.price * float(rng.uniform(0.7, 1.5)), 1) - 0.01
        found.append(
            Article(
                f"{group.department[:2]}{group.name[:2]}-{number:04d}".upper(), name, group, thing,
                round(price, 2), round(price * float(rng.uniform(0.45, 0.62)), 2),
                group.pace * float(rng.lognormal(0, 0.6)), -float(rng.uniform(1.2, 2.4)),
                int(rng.choice([1, 6, 6, 12])), float(rng.uniform(1.5, 6.0)),
            )
        )  # fmt: skip
    return found
