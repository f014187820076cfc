"""What the printed pages say; everybody and everything in it is invented."""
# ruff: noqa: RUF001  Chinese has its own punctuation

from __future__ import annotations

_ENGLISH = """
The ferry to the northern islands leaves the old harbour at seven every morning except Sunday.
Most passengers carry tools, seed potatoes or letters, and some take a bicycle for the long road.
Captain Brannock has steered her for nineteen years without losing so much as a parcel.
In winter the crossing takes four hours, because the current runs hard against the tide.
Last autumn the council bought a second boat, smaller and quicker, for the doctor and the post.
She was built of larch by two brothers at Kettleness, who had never drawn a plan before.
Their grandmother remembered how the ribs were steamed, and she told them when to stop.
When the hull was finished, half the village pulled it down to the water over wet boards.
Nobody expected that it would float level, yet it did, and the brothers were offered work at once.
The school closed for the afternoon, and each pupil was allowed to paint one plank of the deck.
A museum in the capital asked for the moulds, but they had already been burned for heating.
Since then visitors come in summer to watch how planks are shaped with an adze and a string.
They sleep in the former lighthouse, where eleven rooms were made out of the oil store.
Breakfast is served in the lamp room, from which one sees three countries on a clear day.
The keeper's logbook lies open on a table, and guests add what they have noticed at night.
One entry tells of a whale that followed the fishing fleet as far as the breakwater.
Another describes green flashes above the horizon, which a student later measured with care.
Her article was printed in a journal of physics and brought a camera worth nine thousand crowns.
It now points west from the gallery and takes a picture whenever the sun goes down.
Every photograph is kept, together with the pressure of the air and the direction of the wind.
Farmers on the southern shore use these figures to decide on which day they mow their hay.
Bees are kept behind the chapel, in hives that were woven from straw before the war.
Honey from heather is dark and thick, so it must be pressed and cannot be spun out of the comb.
The monks sold it to apothecaries, who mixed it with thyme against coughs and sore throats.
Only two families still know the recipe, and neither of them has ever written it down.
Roads were surfaced with crushed shells until lorries became too heavy for them.
Engineers then brought basalt from the quarry at Dunmarrow, along a narrow railway of their own.
Its rails have been lifted, but the bridges remain and make an easy path for walkers.
At the fourth of them a plaque recalls a storm that carried off the signal box in a single gust.
The signalman was found asleep in the meadow, still holding his lantern and quite unharmed.
Postage stamps show the scene, though the artist put the moon on the wrong side of the sky.
Collectors pay forty times the price for a sheet on which the lantern is missing.
Weavers work in the upper valley, where the water is soft and does not spoil the dye.
Yellow comes from onion skins, red from madder, and a deep blue from woad that grows by the wall.
A blanket needs the wool of five sheep and lasts for three generations if moths are kept away.
The cooperative keeps accounts on slates, since paper used to turn mouldy within a month.
Every spring the figures are copied into a ledger bound in sealskin and read aloud in the hall.
Whoever objects must say so before the candle has burned down to the second mark.
"""

_CHINESE = (
    "清晨的渡口停着三条木船，船夫正在解开缆绳。",
    "对岸的集市每逢初五开放，卖竹器的老人总是最早到。",
    "去年秋天山路塌方，村民用了十一天才把石头搬完。",
    "学校后面种了许多枇杷树，果子熟时孩子们轮流看守。",
    "新来的医生会骑马，他每星期去两次高处的牧场。",
    "茶叶要在谷雨以前采摘，晚一天味道就淡了。",
    "祠堂的屋顶漏雨，木匠建议把北边的梁全部换掉。",
    "河水退去以后，沙滩上留下一只刻着花纹的铜壶。",
    "博物馆派人来测量，认为它已经有六百年的历史。",
    "夜里有人在桥头吹笛，声音一直传到磨坊那边。",
    "邮递员记得每户人家的狗，也记得谁在等远方的信。",
    "冬天的第一场雪落下时，染布的大缸全都结了冰。",
    "姐妹两人合开了一家面馆，汤是用鱼骨熬成的。",
    "铁匠把旧犁头打成门环，挂在新房子的大门上。",
    "山后的水库可以灌溉四个村庄，干旱时轮流放水。",
    "老师带学生抄写石碑，发现其中少了一行字。",
    "养蜂人追着花期往南走，到立夏才会回来。",
    "修表的师傅眼睛不好，却听得出哪个齿轮磨损了。",
    "渔民在礁石旁救起一只海龟，第二天又送回大海。",
    "图书室只有两间屋子，书架是用船板做的。",
    "每年九月举行赛舟，输的一队要请大家吃饭。",
    "窑里的火烧了五天五夜，开窑时满村都来观看。",
    "棉花收完以后，妇女们在月光下纺线唱歌。",
    "邻居借走的梯子还没有归还，屋檐下已经长满青苔。",
)


def english(first: int, number: int) -> str:
    """Some words of the English text, from one on."""
    return " ".join(_ENGLISH.split()[first : first + number])


def chinese(first: int, number: int) -> str:
    """Some sentences of the Chinese text, from one on."""
    return "".join(_CHINESE[first : first + number])
