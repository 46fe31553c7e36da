"""English reviews with star ratings, generated: the training text of the classroom sentiment model.

Every phrase here was written for this project. A review is put together from clauses; each clause carries a value in
stars (1.0 to 5.0), and the rules in `_compose` say what several clauses mean together: agreement strengthens, a
verdict outweighs a detail, what follows "but" outweighs what stands before it, a nitpick takes one star at most.

How to read the phrase lists: phrases are parted by " / " or a line break; `[a|b]` picks one; `{name}` is a slot, filled
from the lists of the review's domain first and from the general lists otherwise.
"""

from __future__ import annotations

import random
import re
from functools import cache


def _split(text: str) -> tuple[str, ...]:
    """Return the phrases of a block, which are parted by " / " or a line break."""
    return tuple(phrase.strip() for phrase in re.split(r"\s/\s|\n", text) if phrase.strip(" /"))


# --- small slots ------------------------------------------------------------------------------------------------------

SLOTS = {
    "who": """wife / husband / mum / mom / dad / son / daughter / kids / girlfriend / boyfriend / partner / sister /
brother / friend / grandson / granddaughter / parents / mother in law / colleagues / roommate / family / nephew / niece /
children / best friend / neighbour / boss / grandma / toddler / teenager / fiancé""",
    "soon": """a [day|week|month|fortnight] / [two|three|four|five|six|a few|a couple of] [days|weeks|months] /
[two|three|four|five|ten|a few|a handful of|several] [uses|washes|tries|goes] / the first [use|wash|day|week|time] /
one [day|week|month|use|wash|try] / only [two|three] [days|weeks|months] / less than a [week|month|year] / barely a month /
10 minutes / 2 weeks / 3 months / 6 months / two years / the warranty [ran out|expired] / no time""",
    "long": """[two|three|four|five|six|ten|several|many] [months|years] / over a year / almost a year / years /
about [six|eight] months / a long time / 2 years / 5 years / a while / decades""",
    "wait": """an hour / two hours / over an hour / nearly an hour / half an hour / forty minutes / 45 minutes / ages /
three weeks / six weeks / a whole [day|week|month] / 30 minutes / forever / four hours""",
    "when": """last [week|month|year|summer|night|weekend|spring] / in [January|May|June|August|October] / yesterday /
on [Monday|Friday|Saturday|Sunday] / for [Christmas|our anniversary|a birthday|Easter|Black Friday] /
two [weeks|months|years] ago / this [morning|week|year] / the other day / a while ago / on a whim / on sale""",
    "boost": """very / really / so / extremely / incredibly / absolutely / super / truly / totally / completely / just /
utterly / insanely / seriously / unbelievably / exceptionally / remarkably / ridiculously / genuinely / beyond / simply /
particularly / amazingly / always / consistently / honestly / bloody / damn / hugely / thoroughly / wonderfully""",
    "damp": """a bit / a little / kind of / sort of / somewhat / slightly / rather / a tad / a touch / a little bit /
a little too / a bit too / kinda / sometimes / occasionally / on the {dim} side and""",
    "mild": "pretty / quite / fairly / reasonably / generally / mostly / overall / rather / relatively / surprisingly",
    "dim": "small / heavy / expensive / slow / loud / short / long / thin / tight / sweet / salty / bulky / dark / dry",
    "filler": """overall / honestly / to be honest / in my opinion / all in all / personally / in short / basically /
so far / frankly / i must say / i have to say / well / ok so / imo / tbh / after all / i think / to be fair / anyway""",
    "colour": "black / white / blue / red / green / grey / pink / navy / yellow / beige / silver / purple / brown",
    "num": "two / three / four / five / six / ten / twelve / 2 / 3 / 4 / 5 / 20 / 50 / a dozen",
    "name": """Anna / Tom / Maria / James / Sarah / Mike / Priya / Ahmed / Julie / Kevin / Lisa / Mark / Chen / Elena /
Dave / Sophie / Carlos / Emma / Peter / Linda / Mr Brown / Dr Lee / Kate / Oliver / Fatima / George""",
    "place": "London / Rome / town / Chicago / the city / Lisbon / the area / Austin / Berlin / the centre / Tokyo",
}

# --- sentiment words that fit (almost) anything -----------------------------------------------------------------------

ADJ5 = """amazing / fantastic / excellent / wonderful / perfect / awesome / brilliant / superb / outstanding / incredible /
phenomenal / terrific / fabulous / magnificent / exceptional / marvelous / marvellous / flawless / stellar / spectacular /
great / first class / top notch / the best / unbeatable / second to none / sensational / splendid / stunning / gorgeous /
mind blowing / out of this world / extraordinary / faultless / spot on / impeccable / unreal / divine / the bomb /
absolutely amazing / simply the best / world class / beautiful / delightful / lovely / unmatched / on point / epic /
remarkable / legendary / breathtaking / heavenly / sublime / wicked good / top quality / high quality / so good /
really great / very good / really good / superior / exquisite / dreamy / magical / unforgettable / priceless / ideal"""
ADJ4 = """good / nice / solid / decent / pleasant / enjoyable / pretty good / fine / quite good / well made / likeable /
satisfying / respectable / worthwhile / handy / useful / pleasing / better than expected / above average / impressive /
reliable / good enough / not bad at all / more than adequate / commendable / cool / sweet / neat / charming / fun /
really nice / very nice / pretty great / surprisingly good / pretty solid / good quality / promising / worth it / helpful"""
ADJ3 = """okay / ok / average / fair / so so / alright / all right / acceptable / passable / adequate / middling / mixed /
standard / ordinary / nothing special / unremarkable / tolerable / run of the mill / basic / just okay / just ok /
fairly average / neither good nor bad / not great, not terrible / hit or miss / hit and miss / middle of the road /
satisfactory / forgettable / plain / decent enough / just fine / nothing fancy / sufficient / bearable / pretty average /
nothing out of the ordinary / very average / uninspiring / mediocre / up and down / inconsistent / moderate / usable"""
ADJ2 = """bad / poor / disappointing / mediocre / lacking / underwhelming / subpar / below average / weak / inferior /
unimpressive / lousy / unsatisfactory / frustrating / annoying / unpleasant / second rate / shoddy / lame / dull /
not good / not great / not very good / pretty bad / a letdown / a disappointment / not what i expected / off / sloppy /
irritating / not worth it / overrated / overhyped / flawed / problematic / not up to scratch / not up to par / poor quality /
unreliable / cheap / awkward / sad / boring / low quality / inadequate / meh / a bit of a mess / questionable / tiresome"""
ADJ1 = """terrible / awful / horrible / dreadful / atrocious / appalling / abysmal / disgusting / pathetic / useless /
the worst / garbage / trash / rubbish / crap / junk / horrendous / unacceptable / disgraceful / a joke / a disaster /
a nightmare / laughable / shocking / diabolical / worthless / unbearable / hideous / vile / a scam / ridiculous / shameful /
beyond bad / as bad as it gets / absolute rubbish / utter garbage / complete trash / total crap / a total mess / dire /
very bad / really bad / so bad / extremely poor / very poor / inexcusable / miserable / nasty / gross / revolting /
unusable / completely useless / abominable / hopeless / horrid / terrifyingly bad / wretched / deplorable / infuriating"""

NOUN5 = """gem / hidden gem / masterpiece / lifesaver / game changer / winner / must have / dream come true / treat /
joy / delight / pleasure / blessing / triumph / absolute gem / home run / godsend / keeper / knockout / revelation /
work of art / blast / no brainer / dream / absolute delight / real treat / treasure / marvel / bargain / steal / hit"""
NOUN1 = """joke / scam / rip off / ripoff / nightmare / disaster / disgrace / waste of money / waste of time / catastrophe /
total waste / fraud / insult / train wreck / piece of junk / piece of garbage / piece of crap / piece of rubbish / con /
complete failure / total letdown / dud / lemon / farce / shambles / fiasco / mess / flop / failure / hazard / death trap"""
NOUN2 = """disappointment / letdown / let down / big disappointment / bit of a letdown / bit of a disappointment /
poor choice / mistake / missed opportunity / step backwards / downgrade / hassle / pain / chore / regret / headache / drag"""

# Verdicts: one clause that says what the writer thinks of the whole. {x} is the thing; {item} names it.
VERDICT5 = """
i [love|adore|absolutely love|really love|am in love with|just love|loved] {x} / [we|we all|my {who}] [love|loves|loved|adored] {x}
love love love {x} / love {x} / {x} is {a5} / {x} was {a5} / {a5} {item} / [what a|such a|a truly|a really] {s5} {item}
{x} is a [real|true|total|] {n5} / [a|an absolute|what a] {n5} / {s5} / simply {s5} / {s5} from start to finish
[highly|strongly|definitely|thoroughly|wholeheartedly] recommend[ed|] / highly recommend {x} / would [highly|definitely] recommend
would recommend {x} to [anyone|everyone|all my friends|my friends and family] / can't recommend {x} [enough|highly enough]
cannot recommend this highly enough / i wouldn't hesitate to [recommend|buy|use|return to] {x} [again|] / a must [buy|have|see|try]
i could not be happier / couldn't be happier [with {x}|] / i couldn't be more [pleased|satisfied|impressed|happy|delighted]
couldn't ask for [more|anything better] / what more could you [want|ask for] / no complaints [at all|whatsoever|here]
zero complaints / absolutely no complaints / nothing to complain about / i have nothing negative to say / nothing bad to say
i have no complaints at all / i don't have a single complaint / not one complaint / no faults [at all|] / can't find a single flaw
[far|way|greatly|completely|really|] exceeded [my|our|all|all my|all our] expectations / [it|this] surpassed [my|our] expectations
better than i [ever|could have|had] [imagined|hoped|dreamed] / so much better than [i expected|expected] / blew me away
i was blown away [by {x}|] / i am [so|very|extremely|super|incredibly] [happy|pleased|impressed|satisfied|glad|grateful]
so happy [with {x}|i bought this|i found this place|we chose {x}] / so glad i [bought|found|tried|chose|got] {x}
[best|the best] {item} [ever|i have ever had|i've ever tried|around|out there|on the market|by far|hands down|in {place}]
this is the best {item} i've [ever|] [owned|had|tried|used|seen|come across] / one of the best {item}s [ever|around|out there]
it doesn't get [any|much] better than this / nothing else comes close / nothing compares to {x} / {x} puts the others to shame
[worth|totally worth|so worth|well worth] every [penny|cent|dollar|minute|bit] / money well spent / best money i've ever spent
best {item} i've bought in years / would buy again in a heartbeat / i'd buy it again without hesitation / will buy [again|more]
[i will|we will|i'll|we'll] [definitely|certainly|absolutely|for sure] [be back|come back|return|buy again|order again|use them again]
already [ordered|bought] [another|a second|two more|another one] / [bought|ordering] another one for my {who} / can't wait to [go back|return|order more]
[5|five] stars / five stars all the way / 5/5 / 10/10 / ten out of ten / 5 out of 5 / 100/100 / A+ / a+++ / six stars if i could / two thumbs up
i wish i could give [it|this|them] [more stars|more than five stars|10 stars] / five stars are not enough / deserves [more than|all] five stars
changed my life / life changing / a complete game changer / i don't know how i lived without {x} / can't live without {x}
i'm [obsessed|hooked|in heaven|addicted|sold|a fan for life|over the moon|thrilled|delighted|ecstatic|a happy camper|blown away]
we were [thrilled|delighted|over the moon|so impressed|amazed|so happy|speechless] / i was [amazed|stunned|delighted] by how good {x} [is|was]
everything was [perfect|wonderful|excellent|fantastic|great|spot on|amazing] / everything about {x} is {s5}
perfect in every way / absolutely perfect / just perfect / [exactly|just] what [i|we] [needed|wanted|was looking for|were looking for|hoped for]
wow / wow, just wow / omg i love {x} / love it / loved it / loved every [second|minute|bit] [of {x}|] / so good / amazing / excellent / perfect / brilliant
{x} never [disappoints|fails|lets me down|gets old] / never lets me down / has never let us down / never a [bad experience|dull moment|problem]
i can't say enough good things about {x} / can't praise {x} enough / can't fault {x} / couldn't fault [anything|a thing]
you [won't|will not] [regret|be disappointed by|be sorry about] [it|this|buying {x}] / you won't be disappointed / no regrets
do yourself a favour and [buy|get|try|see] {x} / don't hesitate[, just buy it|] / just [buy|get] it / buy it now / run, don't walk
thank you [so much|] [for a wonderful experience|for everything|guys|] / hats off to [them|the team|everyone involved] / kudos to the team / bravo
i wouldn't change a thing / i would not trade {x} for anything / i'd give my right arm for another / made my day / made our [day|trip|evening]
{x} is everything i [hoped|wanted|dreamed of|need] / {x} is worth its weight in gold / works [perfectly|flawlessly|like a charm|like a dream|like magic|beautifully|wonderfully]
absolutely [fantastic|amazing|brilliant|wonderful|superb|love it|stunning|incredible] / very [happy|pleased|satisfied|impressed] [customer|indeed|with {x}|with my purchase]
extremely [happy|satisfied|pleased] / i'm impressed / very impressed / truly impressive / seriously impressed / quality is {s5}
my new favourite [{item}|] / my favorite [{item}|thing] [ever|in the world|of all time|] / an instant favourite / [a|an all time] classic / top marks / full marks
hard to beat / unbeatable [value|quality|] / great value for money / excellent value / incredible value / fantastic value for the price / superb quality
[better|even better] in [person|real life] / even better than [the photos|described|advertised|the original|before|last time] / gets better every time
if you are [thinking about it|unsure|hesitating|on the fence], just [do|get|buy|try] it / not a single [issue|problem|fault|regret] [in {long}|so far|]
never been happier [with a purchase|] / never had a better [{item}|experience|one] / there's nothing i don't like about {x} / i can't think of anything i'd change
"""
VERDICT4 = """
i like {x} / i [really|quite|do] like {x} / [we|my {who}] [like|likes|liked|enjoyed] {x} / i [really|quite|] enjoyed {x} / i am [happy|pleased|satisfied] with {x}
{x} is {a4} / {x} was {a4} / {a4} {item} / {a4} / a {s4} {item} / [pretty|quite|fairly|reasonably] [happy|pleased|satisfied|impressed] [with {x}|overall|]
overall [good|a good experience|a nice {item}|happy|satisfied|pleased|very good] / [good|solid|nice|decent] [buy|purchase|choice|quality|product|stuff|overall]
does [the|its] job [well|nicely|very well|] / gets the job done / it does what it [says|should|is supposed to] [well|and does it well|and more|]
works [well|great|fine|nicely|as advertised|as described|as expected|as it should|just fine|pretty well|for me] / {x} works as promised / does exactly what it says
good value [for money|for the price|] / [good|decent|fair|reasonable] for the [price|money] / great for the price / can't complain [for the price|about the price|]
can't complain / can't really complain / no real complaints / few complaints / not much to complain about / no issues [so far|yet|at all] / no problems [so far|yet]
so far so good / not bad at all / not bad / not too bad / not bad for the price / not half bad / better than [i expected|expected|i thought|average|most|the last one|it looks]
{x} is better than {old} / a [big|nice|clear|definite] improvement [over {old}|] / an upgrade from {old} / much better than {old}
would [buy|order|use|visit|go] again / i would [happily|probably|gladly] [buy|use|visit] [it|them] again / will [probably|likely] [come back|buy again|order again] / would go back
worth [a try|a look|a visit|a watch|checking out|it|the money|the price|having|reading|the wait|buying] / well worth a [visit|look|try] / i'd recommend it / recommended / would recommend
i recommend {x} / would recommend to [a friend|others] / [4|four] stars / 4/5 / 8/10 / 4 out of 5 / a solid four [stars|] / eight out of ten / thumbs up / four stars from me
{x} grew on me / {x} is growing on me / i ended up [liking|loving|enjoying] {x} / it won me over / turned out [great|well|really well|better than i thought|to be a great buy]
pleasantly surprised [by {x}|] / i was pleasantly surprised / a pleasant surprise / nicely done / good job / well done / nice touch / good stuff / good one / nice one
met [my|our|all my] expectations / lived up to [the hype|my expectations|its name] / as [good as|] [advertised|described|promised] / just as described / as pictured
has served me well [for {long}|] / holding up [well|nicely|fine] [after {long}|so far|] / still [going strong|works great|working fine|like new] after {long}
i use {x} [every day|all the time|daily|constantly|a lot] / we use {x} all the time / makes life [easier|so much easier] / saves [me|us] [time|money|hours|a lot of time|hours every week]
saved me [hours|a fortune|a lot of money|a trip|so much time] / it helps [a lot|me a lot|] / really helped [me|us|] / very [useful|handy|helpful|convenient|practical] / comes in handy
happy [customer|with the purchase|with my order|enough] / satisfied [customer|overall|] / glad i [bought|tried|got] {x} / it's a keeper / good experience / nice experience
had a [good|great|nice|lovely|fun] time / it was [fun|nice|enjoyable|a good time|a pleasant evening] / [easy|simple|quick] to use / you get a lot for your money / good bang for your buck
i have [had|seen|tried] worse, this is [good|nice|really good] / not disappointed / was not disappointed / doesn't disappoint / i was not let down / never regretted buying {x}
[only|just] [one|a] small [complaint|issue|gripe|problem], otherwise {s5} / almost perfect / nearly perfect / close to perfect / just short of perfect / minus one star for {nitnoun}
would be [5|five] stars if [{nitif}] / would have given [five|5] stars if [{nitif}] / lost one star because [{nitif2}] / 4 stars because [{nitif2}] / one star off because [{nitif2}]
i [wasn't|was not] expecting much but {x} [is|was] [great|really good|good|fantastic] / had my doubts but [i'm glad i tried it|{x} is great|it works|it's really good]
"""
VERDICT3 = """
{x} is {a3} / {x} was {a3} / {a3} / {a3} {item} / it's {a3} i guess / it is {a3}, nothing [more|special|else] / {x} is [okay|ok|alright|fine], nothing [special|more|fancy|amazing|to write home about]
nothing [special|to write home about|to rave about|extraordinary|amazing|spectacular|memorable|new|more|to get excited about] / it's [ok|okay|alright|fine] / it's just [ok|okay|alright|average|fine]
it is what it is / does the job / does the job, [nothing more|no more no less|that's all|i suppose] / it works / it's [an|just an] average {item} / [average|standard|typical|ordinary|generic] {item}
could be better / could be worse / could be better, could be worse / i've seen better / i've had better and i've had worse / better ones out there / there are better [options|ones|{item}s] [out there|for the money|]
neither good nor bad / neither here nor there / not good, not bad / not [great|amazing|the best] but not [terrible|bad|awful|the worst] [either|] / not bad, not great / not great but [okay|ok|does the job|it works|fine]
good but not great / fine but [nothing special|not great|forgettable|not amazing] / decent but [nothing special|not great|forgettable|overpriced|not worth the hype|flawed] / ok but [nothing special|not great|pricey]
mixed feelings [about {x}|] / i have mixed feelings [about {x}|] / mixed bag / a bit of a mixed bag / hit or miss / hit and miss / i'm [torn|on the fence|undecided|indifferent|not sure how i feel] [about {x}|]
i don't love {x} but i don't hate it [either|] / didn't love it, didn't hate it / i neither liked nor disliked {x} / not sure [what to think|what to make of {x}|yet|if i'd buy it again] / jury is still out
you get what you pay for / it's [cheap|inexpensive] so [no surprise there|don't expect much|fair enough] / as expected for the price / okay for the [price|money] / fine for the price / what you'd expect for the price
some [good|great], some bad / some [parts|things|bits] were [good|great|nice], [others|some] [weren't|were not|not so much|less so] / [pros and cons|has its pros and cons|good and bad points|has its ups and downs]
it's [an okay|a decent|an average|a so so] {item} / three stars / 3 stars / 3/5 / 5/10 / 6/10 / 3 out of 5 / three stars from me / middle of the pack / middle of the road / take it or leave it / meh, it's okay
didn't [wow|excite|impress] me but [it's fine|it was fine|it works|did the job] / not [really|exactly|quite] what i [expected|wanted|had in mind] but [okay|it works|it will do|usable|fine] / it'll do / it will do / will do for now
i expected [a bit|a little|slightly] more but [it's fine|it's ok|okay] / might [try|buy|come] again, might not / wouldn't go out of my way [for {x}|to come back|to buy it again] / maybe i'll try it again / it passes the time
not my cup of tea but [others may like it|not bad|fine|well made] / not for me but [others might|i can see why others] [like|enjoy] it / fine if you [like that sort of thing|don't expect too much] / serves its purpose
no strong feelings [either way|about {x}] / no big complaints, no big praise / nothing wrong with it, nothing great about it / nothing stands out / it exists / it's usable / reasonable / acceptable / an ok experience / average at best
adequate for [the price|my needs|what it is|occasional use|light use|a short stay] / good enough for [now|the price|what it is|occasional use] / decent for [beginners|a quick fix|what it is|occasional use] / works, but [just about|only just|barely better than nothing|clunky]
"""
VERDICT2 = """
{x} is {a2} / {x} was {a2} / {a2} {item} / {a2} / [a|such a|what a] {bn} / {x} is a {bn} / {x} [was|turned out to be] a {bn} / [pretty|quite|rather|a bit|a little|very|really|kind of|somewhat] [disappointed|disappointing|underwhelming|unhappy|let down]
i [don't|didn't|did not|do not] [like|really like|enjoy|care for] {x} / not a fan [of {x}|] / not my favourite / not [happy|pleased|satisfied|impressed] [with {x}|at all|] / i'm not [happy|impressed|a fan|satisfied|convinced] / not [too|very|really|that|all that|overly] [happy|pleased|impressed|satisfied|good|great]
i was [disappointed|unimpressed|underwhelmed|let down|not impressed|expecting [more|better]] [by {x}|] / disappointed / disappointing / sadly disappointed / so disappointed / left disappointed / felt let down / what a shame / bit of a shame / such a pity
i [expected|was hoping for|hoped for|wanted] [more|better|so much more|something better|much more] [from {x}|for the price|] / expected better / not what i [expected|was expecting|ordered|hoped for|paid for|was promised] / had high hopes[ but|,] [it|{x}] [let me down|fell short|disappointed me|didn't deliver]
i had [such|] high hopes [for {x}|] / i wanted to [like|love] {x} [but|] / i really wanted to [like|love] {x} / i tried to like {x} / fell short [of expectations|of the hype|] / doesn't live up to [the hype|its name|the reviews|expectations] / failed to impress / below [my|] expectations
not worth [it|the price|the money|the hype|the trip|the wait|your time|the hassle|buying|full price] / isn't worth it / overpriced [for what it is|for what you get|] / too expensive for what it is / way too expensive / poor value [for money|] / bad value / i want a refund / considering [returning|sending] it back
would not [buy|order|go|visit|use|come] again / wouldn't [buy|order|go back|visit|use them] again / won't be [buying again|coming back|going back|ordering again|renewing|returning] / i will not be [back|buying this again|renewing] / probably won't be back / i doubt i'll [go back|buy again|finish it]
wouldn't recommend [it|{x}|this|them|] / would not recommend / can't recommend [it|{x}|this|] / i cannot recommend {x} / don't recommend / not recommended / hard to recommend / [don't|wouldn't] bother / i'd [skip|pass on|avoid] [it|this one|{x}] / skip it / give it a miss / don't expect much
[going|went] [back|straight back] / [i returned|returned|sent back|had to return|had to send back|returning] [it|mine|the {item}|this] / back [it goes|to the store it went] / asked for a refund / got a refund / regret [buying|ordering|choosing] {x} / i regret this purchase / should have read the reviews
could be [so much|much|a lot|way] better / needs [a lot of|some serious|more] work / needs improvement / leaves a lot to be desired / not up to [standard|scratch|par|the usual standard] / quality has gone downhill / gone downhill / used to be [good|great|better|my favourite] / not as good as [it used to be|before|advertised|{old}|expected|people say|the reviews|described]
{x} is worse than {old} / i prefer {old} / i miss {old} / going back to {old} / wish i [had|'d] [kept|stuck with] {old} / i've [had|seen|used|eaten|read] [much|far|way|a lot|] better / there are [much|far|way] better [options|ones|{item}s] [out there|] / look elsewhere / find something better / spend a bit more and get a better one
[2|two] stars / 2/5 / 3/10 / 4/10 / two stars at best / 2 out of 5 / thumbs down / mediocre at best / not good / not great / not that great / not very good / isn't great / isn't very good / wasn't great / wasn't good / not the best [{item}|] / not exactly [great|impressive|good] / nope / meh / meh, not for me / i'll pass
the [hype|rating|five star reviews] [is|are] [not deserved|a mystery to me|misleading] / don't believe the [hype|reviews|photos] / overrated / i don't get the hype / don't understand the good reviews / looks better [online|in the photos|in the picture|than it is] / {x} looked better [online|in the pictures] / false advertising
doesn't [really|quite|] [work|do what it says|do the job|deliver|do much] / does not work [well|as advertised|as described|very well|for me] / barely [works|usable|does anything|worth one star] / hardly [works|worth it|any good] / not [really|very|] [useful|helpful|practical|reliable] / only works [half the time|sometimes|when it feels like it]
a bit of a [letdown|disappointment|mess|pain|rip off|hassle] / lets itself down / cuts corners everywhere / more trouble than it's worth / [the|its] only [good|redeeming] [thing|feature|quality] is [the {aspect}|the price|the packaging|the look] / good idea, [badly|poorly] [executed|made] / nice idea but [it doesn't work|poorly made|badly executed]
if only it [worked|lasted|were better made|did what it promised] / not sure i'd [bother|buy] again / one and done / once was enough / never again i think / i'd think twice before buying / lesson learned / buyer beware / i feel [cheated|ripped off|misled|let down] / felt [cheated|misled|rushed|ignored]
"""
VERDICT1 = """
i [hate|hated|despise|loathe|absolutely hate|really hate] {x} / hate {x} / {x} is {a1} / {x} was {a1} / {a1} / {a1} {item} / absolutely {s1} / simply {s1} / {s1} from start to finish / this is {s1} / it was {s1}
{x} is a [complete|total|absolute|real|] {n1} / [a|an absolute|what a|a complete|a total|such a] {n1} / [complete|total|utter|absolute|huge|massive|] waste of [money|time|space|time and money] / don't waste your [time|money|time or money|hard earned money|breath]
[worst|the worst] {item} [ever|i have ever had|i've ever tried|i've ever seen|around|on the market|by far|hands down|in {place}] / this is the worst {item} i've [ever|] [owned|had|tried|used|seen|come across] / worst [purchase|experience|decision|money i ever spent|thing i've bought|service] [ever|of my life|of the year|] / one of the worst {item}s [ever|i've seen]
avoid [at all costs|like the plague|this {item}|this place|this company|] / stay away [from {x}|] / stay [far|well] away / steer clear / do not [buy|use|go|trust|order|book|rent|download|bother with|waste your money on] [this|it|them|here|] / don't [buy|trust|go|order|use|download|fall for] [this|it|them|here|] / run away / run for the hills / save yourself the [trouble|money|headache]
save your money / keep your money / throw your money away elsewhere / money down the drain / threw my money away / straight in the [bin|trash|garbage] / it belongs in the [bin|trash|garbage] / ended up in the [bin|trash] / i threw it [away|out] / went straight in the bin
never again / never [buying|ordering|going|coming|shopping|booking|using] [this|here|from them|there|it|them] again / i will never [buy|order|go|come|use|shop|book|set foot] [from them|here|there|this|] again / never going back / will not be back ever / you couldn't pay me to [go back|use it|watch it again|eat there again]
[1|one|zero|0] star[s|] / one star is too [many|generous|much] / would give [zero|0|no|negative|minus] stars if i could / if i could give [zero|0|no|minus] stars i would / 0/10 / 1/10 / 1/5 / zero out of ten / -10/10 / doesn't deserve [one|a single] star / wish i could give [zero|less than one|negative] stars / i only gave one star because zero isn't an option
[i want|give me|i demand] my money back / still waiting for my [refund|money] / refused to [refund|replace|help|take it back|give me my money back] / they refused a refund / no refund / want a full refund / i demanded a refund / fighting to get my money back / took my money and [disappeared|ran|ignored me]
[does not|doesn't|didn't|did not] work [at all|whatsoever|out of the box|] / never worked / it never worked / [it|this|mine] [stopped working|broke|died|quit|fell apart|packed up|gave up|failed] [after {soon}|within {soon}|in {soon}|] / [stopped working|broke|died|fell apart] after {soon} / broke [immediately|instantly|right away|on the first day|the first time i used it|straight away]
[dead|broken|damaged|defective|faulty|smashed] on arrival / arrived [broken|damaged|dead|smashed|defective|faulty|in pieces] [and they won't replace it|] / completely [useless|unusable|worthless|broken] / totally [useless|pointless|unacceptable] / utterly [pointless|useless|awful] / [absolutely|completely] [awful|terrible|horrible|dreadful|disgusting|appalling|shocking]
i'm [furious|disgusted|livid|appalled|so angry|shocked|outraged|fuming|sick of this] / we were [disgusted|appalled|furious|horrified|shocked] / absolutely disgusted / made me [sick|angry|furious|want to scream] / [an absolute|a total] [disgrace|joke|shambles] / [they|these people] should be ashamed / shame on [them|you|this company] / shocking / disgraceful / pathetic
[scam|total scam|it's a scam|scammers|thieves|crooks|liars|con artists|fraud|fake|rip off|total rip off|highway robbery|daylight robbery] / they are [thieves|crooks|liars|scammers|criminals|con artists] / i got [scammed|ripped off|robbed|cheated|conned] / [complete|total] [rip off|scam|fraud] / how is this [legal|allowed|even a thing]
biggest [mistake|regret|disappointment|waste of money] [ever|of my life|of the year] / i've never been [so|more] [disappointed|angry|insulted|bored|disgusted] / ruined [my|our|the] [day|holiday|evening|wedding|trip|weekend|night|birthday|clothes|carpet] / couldn't be [worse|more disappointed|less impressed|unhappier] / it could not be worse / can't get any worse
nothing [works|worked|good to say|about it is good] / not a single [good thing|redeeming feature|positive] [about it|to say|] / there is nothing good about {x} / no redeeming [qualities|features] / zero redeeming qualities / nothing but [problems|trouble|lies|issues] / how does this have [good reviews|five stars] / the [good|five star] reviews must be fake
"""
CONTEXT = """
bought this [{when}|] / i bought {x} {when} / got this for my {who} / bought as a gift for my {who} / this was a gift from my {who} / ordered {when} / i've had this [for {long}|about a month] / i have been using it for {long} / my {who} recommended it
we went {when} / we were a group of {num} / first time [here|buyer|customer|trying this brand] / i read the reviews first / saw this online / i needed a new {item} / my old one broke so i got this / i am {num} years into this hobby / i'm not usually one to write reviews
used it {num} times now / i ordered the {colour} one / got the {colour} version / came with my {who} / my first {item} from this brand / second time i bought one / picked this up {when} / i was looking for a {item} / update after {long} / review after {long} of use / i live near {place}
[i|we] paid full price / found it on {place} / had a voucher / tried it {when} / stopped by {when} / visited with my {who} / it was {name}'s birthday / booked online / here is my honest review / let me start by saying this / a short review / edit / i never write reviews
i'm {num} foot tall / we have {num} kids / i own several {item}s / i have used many {item}s over the years / i usually don't leave reviews / it was a [monday|tuesday|rainy] [evening|night|afternoon] / [he|she] is {num} years old / i was [in {place}|travelling] for work
"""
NIT = """
[a bit|a little|slightly|a tad|somewhat|rather|a touch] [pricey|expensive|small|big|heavy|loud|noisy|bulky|slow|stiff|tight|long|short|fiddly|cramped|crowded|dated|basic|thin|dark|bright|sweet|salty|rough|wobbly|confusing]
on the [pricey|expensive|small|heavy|loud|noisy|slow|short|long|large|thin] side / [a bit|a little|slightly|] [pricier|smaller|bigger|heavier|louder|slower|thinner|darker|tighter] than [i expected|expected|i'd like|the others|i thought]
the {aspect} [could be|could have been] [better|a bit better|improved|a little better|stronger|bigger|larger|longer|faster|clearer] / {x} could be [cheaper|a bit bigger|a bit smaller|a little longer|lighter|quieter|louder|faster|softer]
i wish {x} [had|came with|came in] [more|better|a bigger|a longer|different|other] [{aspect}|colours|sizes|options|features|cable|instructions] / wish it [was|were] [cheaper|bigger|smaller|longer|lighter|a bit cheaper|quieter|faster|louder] / would be [nice|good|great] to have [more {aspect}|more options|more colours|a bigger size|a longer cable]
my only [complaint|gripe|issue|criticism|negative|quibble] is the {aspect} / only [downside|complaint|drawback|negative|con|problem|gripe] is the [{aspect}|price|size|noise|wait|smell|packaging] / the only [downside|drawback|thing i'd change|small issue] [is|was] the [{aspect}|price|size|wait|instructions|parking]
[takes|took] [some|a little|a while|a bit of] [getting used to|practice|time to get used to|time to set up] / took [a while|a bit longer than expected|some time] to arrive / instructions [could be|could have been] clearer / packaging was a bit [damaged|excessive|battered] / [small|tiny|minor] [flaws|issues|scratch|niggles|complaints] / not cheap / it isn't cheap
the {aspect} [is|was] [not perfect|a bit off|just ok|so so|nothing special|a little disappointing|not the best|a little weak|average|a bit lacking] / not perfect / it has its [flaws|quirks] / a few [minor|small] [issues|bugs|flaws|niggles]
"""
CONSOLE = """
at least [it was cheap|the staff were nice|it looks nice|they refunded me|the delivery was quick|it arrived on time|the {aspect} is okay|they were polite|i got my money back|it was free]
the only [good|positive|nice] thing [is|was] the [{aspect}|price|packaging|view|colour|staff|location] / one [star|point] for the {aspect} / the {aspect} is [the only plus|okay|fine|nice enough|decent|about the only good thing]
looks [nice|good|pretty] though / nice [colour|packaging|idea|design|location] though / the {aspect} was [okay|fine|decent] though / to be fair [they|the staff] [tried|were polite|apologised] / the second star is for the {aspect} / they did [apologise|refund me|try]
"""
NITNOUN = "the [price|noise|packaging|late delivery|instructions|size|parking|weak {aspect}|{aspect}|missing manual]"
NITIF = """it were [cheaper|bigger|quieter|a bit longer|lighter] / the {aspect} [was|were] [better|a bit better|bigger|longer] / it came with [batteries|a case|a manual|a charger]
it wasn't so [expensive|heavy|loud|small|pricey|crowded] / the [price was lower|delivery was faster|wait was shorter|portions were bigger]"""
NITIF2 = """the {aspect} could be better / it's a bit [pricey|heavy|loud|slow|small] / it took [a while|long] to arrive / of the {aspect} / the {aspect} is a bit weak / nothing is perfect"""
OLD = """my old one / the old [one|version|model|{item}] / my previous [one|{item}] / the [last|first|original|other] [one|version|{item}] / the cheaper one / the one i had before / the [name brand|more expensive] one / other {item}s / most {item}s / the competition"""

# --- adjectives by kind of aspect: what a thing, a person, a taste, a room ... can be ----------------------------------

KINDS = {
    "any": (ADJ5, ADJ4, ADJ2, ADJ1),
    "person": (
        """super friendly / very friendly / so friendly / incredibly helpful / very helpful / so helpful / so kind /
very professional / extremely professional / attentive / so patient / knowledgeable / outstanding / wonderful / amazing /
welcoming / lovely / fantastic / so accommodating / warm and welcoming / courteous / on the ball / brilliant / great /
a pleasure to deal with / a delight / quick to respond / caring / thorough / responsive / gracious / considerate""",
        """friendly / helpful / polite / nice / professional / patient / pleasant / efficient / kind / honest / quick /
prompt / competent / accommodating / cheerful / good / respectful / approachable / reliable / punctual / personable /
nice enough / skilled / cooperative / smiling / easy to talk to / organised / organized / generous / capable""",
        """unhelpful / slow / unfriendly / impatient / disorganised / disorganized / inattentive / pushy / cold / careless /
confused / unprofessional / indifferent / clueless / not very helpful / not friendly / distracted / grumpy / moody /
unresponsive / late / dismissive / unprepared / not trained / hard to reach / uninterested / stressed / forgetful /
untrained / unreliable / impolite / snobbish / arrogant / nowhere to be found / lazy / short with us / not interested""",
        """rude / incredibly rude / extremely rude / so rude / aggressive / hostile / insulting / disrespectful / awful /
incompetent / terrible / horrible / condescending / dishonest / useless / abusive / appalling / nasty / a nightmare /
completely useless / very rude / beyond rude / totally incompetent / disgusting / the worst / shouting at us /
absolutely clueless / obnoxious / racist / discriminating / screaming at customers / lying / threatening""",
    ),
    "taste": (
        """delicious / so delicious / absolutely delicious / mouth watering / mouthwatering / scrumptious / to die for /
out of this world / amazing / incredible / divine / perfectly cooked / cooked to perfection / bursting with flavour /
full of flavor / heavenly / the best i've ever had / fantastic / so fresh / finger licking good / melt in your mouth /
melted in my mouth / phenomenal / superb / perfectly seasoned / packed with flavour / addictive / restaurant quality""",
        """tasty / fresh / good / yummy / nice / flavorful / flavourful / very tasty / well cooked / crispy / juicy / tender /
hot and fresh / homemade / authentic / well seasoned / generous / filling / really tasty / creamy / yum / crunchy /
well presented / moist / hearty / light and fluffy / rich / spicy and good / pretty tasty / refreshing / aromatic""",
        """bland / dry / soggy / greasy / cold / lukewarm / overcooked / undercooked / too salty / too sweet / tasteless /
flavorless / flavourless / chewy / oily / watery / tough / stale / burnt / tiny / small / not fresh / mushy / bitter /
rubbery / frozen / over seasoned / underseasoned / tepid / stodgy / reheated / microwaved / lacking flavour / hard as a rock /
limp / too spicy / too oily / lumpy / weird tasting / artificial / sickly sweet / from a can / swimming in oil / warm at best""",
        """disgusting / inedible / rotten / raw / revolting / awful / vile / mouldy / moldy / rancid / off / spoiled / gross /
terrible / nasty / horrible / stone cold / raw in the middle / spat out / stomach turning / burnt to a crisp / inedible mush /
raw inside / past its date / full of hair / sour and off / like cardboard / like rubber / foul / putrid / dog food""",
    ),
    "place": (
        """spotless / immaculate / stunning / gorgeous / beautiful / breathtaking / super clean / spotlessly clean / amazing /
perfect / so cosy / luxurious / absolutely beautiful / magical / fantastic / idyllic / like home / unbeatable / superb""",
        """clean / comfortable / spacious / cosy / cozy / quiet / nice / modern / well kept / tidy / charming / bright /
well located / pleasant / relaxing / lovely / stylish / roomy / warm / inviting / well maintained / comfy / peaceful /
central / safe / convenient / airy / welcoming / very clean / nicely decorated / close to everything""",
        """dated / noisy / small / tiny / cramped / dusty / tired / shabby / run down / cold / dark / worn / loud / smelly /
stuffy / not clean / not very clean / outdated / overcrowded / old / damp / depressing / unkempt / grubby / musty / messy /
in need of renovation / uncomfortable / too hot / freezing / in the middle of nowhere / hard to find / crowded / drafty""",
        """filthy / disgusting / dirty / mouldy / moldy / infested / covered in mould / a dump / horrible / vile / unsanitary /
unsafe / falling apart / stinking / awful / crawling with bugs / a disgrace / flooded / gross / unhygienic / stained / scary /
full of cockroaches / absolutely filthy / sticky and dirty / a health hazard / nothing like the pictures / a building site""",
    ),
    "make": (
        """superb / excellent / beautifully made / rock solid / built like a tank / built to last / gorgeous / flawless /
top notch / extremely well made / incredibly sturdy / amazing / premium / perfect / outstanding / so soft / super soft /
super comfortable / so comfortable / very sturdy / indestructible / stunning / luxurious / buttery soft / so well made""",
        """sturdy / solid / well made / durable / strong / robust / good / comfortable / soft / light / lightweight / compact /
neat / comfy / stylish / practical / elegant / smooth / nice / thick / sleek / attractive / tough / waterproof / flattering /
well designed / true to size / good quality / easy to clean / pretty / cute / portable / breathable / stretchy / stable""",
        """flimsy / cheap / thin / weak / fragile / wobbly / stiff / rough / uncomfortable / poor / scratchy / cheaply made /
poorly made / see through / itchy / bulky / clunky / badly made / loose / plasticky / tacky / baggy / not durable / faded /
crooked / uneven / low quality / too small / too big / too tight / too short / too long / too thin / too heavy / ugly /
unstable / shoddy / not sturdy / not very sturdy / cheap looking / ill fitting / unflattering / misshapen / warped / frayed""",
        """falling apart / awful / terrible / useless / dangerous / horrible / broken / defective / ripped / cracked / garbage /
complete rubbish / ridiculously flimsy / paper thin / a joke / disgusting / a hazard / faulty / smashed / rusty / shocking /
total crap / unwearable / hideous / coming apart / snapped off / pure junk / made of cardboard / held together with glue""",
    ),
    "work": (
        """flawless / lightning fast / super fast / blazing fast / amazing / excellent / outstanding / crystal clear /
incredibly fast / so easy to use / effortless / fantastic / perfect / super easy / silky smooth / razor sharp / superb /
mind blowing / incredible / unbelievably good / extremely reliable / brilliant / seamless / instant / dead simple""",
        """fast / quick / smooth / reliable / easy / easy to use / simple / clear / intuitive / responsive / good / accurate /
powerful / quiet / stable / user friendly / straightforward / consistent / crisp / sharp / useful / efficient / loud enough /
easy to set up / well thought out / handy / snappy / bright / effective / decent / precise / convenient / hassle free""",
        """slow / unreliable / laggy / buggy / clunky / confusing / glitchy / weak / poor / sluggish / noisy / complicated /
inaccurate / inconsistent / fiddly / grainy / blurry / unresponsive / muffled / outdated / tinny / crackly / patchy / spotty /
hard to use / difficult to set up / cumbersome / finicky / temperamental / overcomplicated / limited / distorted / dim /
painfully slow / not reliable / not accurate / too slow / too loud / too quiet / too complicated / awkward / jerky / faint""",
        """useless / unusable / broken / terrible / awful / horrendous / non existent / nonexistent / a nightmare / a joke /
completely broken / pathetic / horrible / dreadful / impossible / impossible to use / dead / worthless / abysmal / atrocious /
infuriating / unbearable / unbearably slow / a disaster / beyond frustrating / constantly crashing / garbage / shocking""",
    ),
    "art": (
        """brilliant / gripping / captivating / riveting / mesmerizing / stunning / beautiful / breathtaking / superb / amazing /
hilarious / heartwarming / unforgettable / masterful / thrilling / spellbinding / moving / powerful / touching / genius /
fantastic / phenomenal / incredible / unputdownable / laugh out loud funny / so funny / oscar worthy / exquisite / epic /
compelling / enthralling / flawless / magical / thought provoking / beautifully written / beautifully shot / impeccable""",
        """entertaining / funny / interesting / engaging / clever / good / enjoyable / fun / witty / charming / sweet / fresh /
intriguing / exciting / solid / original / well paced / believable / well written / well acted / smart / creative / sharp /
fast paced / relatable / imaginative / amusing / atmospheric / insightful / informative / inspiring / suspenseful / catchy""",
        """boring / predictable / slow / dull / flat / cliched / confusing / forgettable / weak / shallow / wooden / cheesy /
bland / uninspired / unoriginal / tedious / contrived / repetitive / rushed / pointless / thin / formulaic / unconvincing /
lazy / stale / corny / overlong / too long / messy / disjointed / unfunny / lifeless / clichéd / silly / not funny / generic /
far fetched / pretentious / incoherent / one dimensional / stilted / uneven / poorly written / badly written / derivative""",
        """terrible / awful / unwatchable / unreadable / atrocious / painful / cringeworthy / laughable / horrible / garbage /
dreadful / mind numbing / excruciating / painfully boring / embarrassing / insulting / unbearable / abysmal / trash / ridiculous /
painfully bad / brain dead / a snooze fest / a total mess / torture / nonsense / utter nonsense / pathetic / drivel / rubbish /
painfully slow / painfully dull / so boring / a train wreck / the worst i've seen / incomprehensible / offensive / a bore""",
    ),
    "price": (
        """unbeatable / amazing / fantastic / incredible / excellent / a steal / a bargain / brilliant / so cheap / superb""",
        """reasonable / fair / good / affordable / decent / great / very reasonable / cheap / low / competitive / ok for what you get""",
        """high / steep / too high / excessive / expensive / a bit much / overpriced / not justified / unreasonable / very high /
too expensive / pricey / inflated / more than it's worth / not worth it / hard to justify / double what others charge""",
        """outrageous / a rip off / ridiculous / insane / extortionate / robbery / criminal / a joke / absurd / daylight robbery /
disgraceful / obscene / astronomical / scandalous""",
    ),
}

# --- domains: what people write about, and the clauses they use ---------------------------------------------------------
# "items" are the things, "aspects" maps a kind of adjective to what it can describe, p5/p4/n2/n1/mid/nit are whole clauses.

DOMAINS = {
    "home": {
        "items": """kettle / vacuum / blender / toaster / pan / knife / mattress / pillow / lamp / chair / desk / sofa / mop / heater /
fan / drill / ladder / hose / lawn mower / air fryer / coffee maker / coffee machine / rug / curtain / shelf / table / blanket / duvet /
bottle / mug / lunch box / tent / backpack / suitcase / umbrella / bike / scale / hammer / saw / screwdriver / grill / bbq / fridge /
freezer / oven / microwave / dishwasher / washing machine / dryer / iron / mirror / clock / candle / vase / bin / bucket / towel /
cutting board / can opener / rice cooker / slow cooker / juicer / grinder / humidifier / purifier / dehumidifier / bed frame / wardrobe /
bookcase / stool / cushion / product / item / gadget / thing / tool / set / pump / torch / flashlight / lock / safe / shower head / tap /
paint / glue / tape / battery / bulb / thermometer / timer / cooler / thermos / flask / razor / trimmer / treadmill / yoga mat / dumbbell / helmet""",
        "aspects": {
            "make": "handle / lid / material / build quality / finish / plastic / construction / zip / strap / base / cover / frame / "
            "stitching / design / fit / seat / hinge / blade / wheels / cord / seal / legs / surface / lining / filling / metal / wood",
            "work": "suction / motor / performance / setup / assembly / controls / heat / cleaning / remote / display / switch / "
            "battery / installation / timer / power / airflow",
            "any": "quality / size / packaging / colour / color / instructions / manual / smell / look / weight / shape",
            "price": "price / cost / value",
        },
        "p5": """built like a tank / built to last / still [looks|works] like new after {long} / [used|use] it every [single day|morning|night] and [still love it|no problems]
best night's sleep in {long} / i sleep like a baby [now|on it] / my back pain [is gone|disappeared] / looks [stunning|gorgeous|amazing] in our [kitchen|living room|bedroom|garden]
cleans [everything|like a dream|brilliantly|up in seconds] / picks up [everything|all the pet hair] / cuts through [anything|everything] like butter / heats up in [seconds|no time]
makes the [best|perfect] [coffee|toast|rice|smoothies|soup|steak|bread] / perfect size for [our kitchen|my desk|a family|travel] / [assembled|put together] in [minutes|ten minutes|no time] / [super|so|really] easy to [clean|assemble|install|set up|use|put together]
[lasted|has lasted] {long} [and counting|and still going strong|without a problem] / get so many compliments on it / everyone asks where i got it / [feels|looks] [so|really|very] [luxurious|premium|expensive] / whisper quiet / holds up to anything""",
        "p4": """easy to [clean|assemble|install|set up|use|put together|store|carry|fold] / feels [sturdy|solid|well made|good in the hand] / looks [nice|good|great|lovely] [in the kitchen|on the wall|on my desk|]
holds [plenty|a lot|more than i thought] / keeps [drinks|coffee|food] [hot|cold|warm] for hours / [quiet|lightweight|compact] and [easy to store|powerful|sturdy] / fits [perfectly|nicely|well] [in the corner|under the bed|]
heats [quickly|evenly|the room nicely] / cleans [well|nicely] / does a [good|nice|great] job [on carpets|with pet hair|] / came with [everything|all the parts] [needed|i needed] / [instructions were|assembly was] [clear|easy|simple|straightforward]
[kept|keeps] us [warm|dry|cool] / no [leaks|rust|wobble|smell|noise] [so far|at all] / packs up small / charges quickly / sharp and [light|well balanced] / well packaged / lasts a long time / has held up well""",
        "n2": """doesn't [hold|keep] [heat|its shape|water|cold|a charge] / hard to [clean|assemble|store|open|use|put together] / [a nightmare|a pain|difficult] to [clean|assemble|put together] / missing [screws|parts|pieces|a piece] / [screws|parts|pieces|bolts] [were|are] missing
holes [don't|didn't] line up / wobbles [all the time|a lot] / smells [strange|weird|like plastic|of chemicals|awful] / [paint|coating|finish] [chips|peels|is peeling|came off] / [scratches|stains|dents|bends|rusts] [easily|too easily|quickly] / [rusted|faded|bent|warped|scratched] after {soon}
too [small|big|flimsy|loud|noisy|heavy|thin|weak|hard|soft|firm] [for me|to be useful|to be practical|] / smaller than [it looks|advertised|in the picture|expected] / leaks [a bit|everywhere|from the bottom|when it's full] / doesn't [close|fit|seal|stay up|stay in place|stand] [properly|well|]
barely [cuts|heats|cleans|holds|picks up] [anything|] / no suction / loses suction / not powerful enough / [drips|squeaks|rattles|clogs|jams] [constantly|all the time|a lot] / [my|now my] [back|neck] hurts / flattened after {soon} / sags in the middle / instructions [are useless|make no sense|were in chinese|are impossible to follow]
[not|isn't] as [big|sturdy|strong|soft|sharp|powerful] as [advertised|described|expected|it looks] / tips over [easily|] / uncomfortable to [sit on|hold|carry|sleep on] / blunt after {soon} / started [squeaking|leaking|rusting|peeling|wobbling] after {soon}""",
        "n1": """[broke|snapped|cracked|fell apart|shattered|collapsed|died|burned out|stopped working|gave up] [after {soon}|within {soon}|the first time i used it|on the first day|in half|while using it|]
caught fire / [sparked|smoked|melted|exploded] [and nearly burned the house down|when i plugged it in|on the counter] / [nearly|almost] [burned|electrocuted|hurt|injured] [me|my {who}|us] / [cut|burned] my hand / leaked all over [the floor|my bag|the kitchen|the counter]
the [handle|lid|leg|zip|strap|motor|switch|button|door|wheel] [broke|fell|came|snapped] off [after {soon}|immediately|straight away|] / [motor|battery|pump] [died|burned out|failed|stopped working] after {soon} / [won't|wouldn't|doesn't|didn't] [turn on|switch on|charge|start|even start|heat up|open]
came with [someone's hair|used parts|bugs inside|huge cracks] / obviously [used|second hand] when it arrived / it's [dangerous|a fire hazard|unsafe] / [ruined|destroyed|scratched] my [floor|carpet|clothes|table|pans|countertop] / completely dead after {soon} / pure [junk|garbage|rubbish]""",
        "mid": """[does|did] the job but [noisy|slow|flimsy|not much more|feels cheap] / works but [it's loud|feels cheap|takes ages|not as strong as i hoped] / sturdy but [ugly|heavy] / looks nice but [not very practical|a bit flimsy|feels cheap]
good for [small jobs|occasional use|light use] only / fine for [a dorm|a guest room|camping|now] / [basic|simple] but [works|functional|does the job] / it's a {item}, [what can i say|it works|not much to say|nothing more]""",
        "nit": "the cord is [too|a bit|a little|rather] short / [bit|a little] [heavy|noisy|wobbly] / needs [two people|a while] to [assemble|set up] / [slight|a bit of a] [smell|odour] at first / the lid is a bit [stiff|fiddly] / no batteries included / gets [warm|hot] on the outside",
    },
    "tech": {
        "items": """phone / laptop / tablet / headphones / earbuds / speaker / camera / monitor / keyboard / mouse / charger / cable / router / printer /
tv / smartwatch / watch / power bank / webcam / microphone / hard drive / memory card / phone case / screen protector / game controller / console /
projector / drone / adapter / computer / device / gadget / headset / e-reader / doorbell / security camera / smart speaker / soundbar / fitness tracker / dash cam / tripod / remote / modem / usb stick""",
        "aspects": {
            "work": "battery / battery life / screen / display / sound / sound quality / picture / picture quality / bass / camera / signal / wifi / bluetooth / "
            "connection / software / setup / keyboard / touchscreen / touchpad / microphone / mic / charging / interface / speed / performance / noise cancelling / "
            "app / firmware / tracking / resolution / range / volume / image quality / call quality / pairing",
            "make": "build / build quality / case / design / plastic / cable / buttons / ear pads / headband / hinge / strap / fit",
            "any": "quality / packaging / manual / size / look / weight / storage",
            "price": "price / cost / value for money",
        },
        "p5": """[battery|charge] lasts [all day|for days|forever|all week] / [sound|picture|screen] quality is {s5} / the sound is [crystal clear|mind blowing|incredible|rich and deep] / [so|super|incredibly|lightning] fast / [set up|paired|connected] in [seconds|a minute|no time]
[works|worked] [flawlessly|perfectly|straight out of the box|right out of the box|like a dream] / never [drops|lost] the [connection|signal] / plug and play / survived [a fall|several drops|the washing machine] / photos [look|are] [stunning|amazing|incredible|so sharp]
blows my [old one|previous phone] away / faster than [anything|everything] i've [owned|had] / i [use|carry] it everywhere / blocks out [everything|all noise|the whole office] / sounds [amazing|incredible|fantastic|like a concert] / never [freezes|crashes|lags] / [super|so|really] easy to [set up|pair|install]""",
        "p4": """[easy|simple|quick] to [set up|pair|install|connect|configure] / [battery|charge] lasts [long|a good while|all day|a full day|longer than expected] / charges [fast|quickly] / [clear|crisp|good|loud|rich] sound / [sharp|bright|clear|nice] [screen|picture|display]
connects [quickly|instantly|easily|without problems] / [good|strong|stable] [signal|connection|wifi] / [runs|works] [smoothly|well|great with my phone|fine with my mac] / comfortable [to wear|for hours] / feels [solid|premium|good in the hand] / fits my [phone|desk|pocket] [perfectly|well]
takes [good|nice|great|decent] [pictures|photos|video] / plenty of [storage|power|volume|ports] / does everything i need / no lag / good [range|bass|grip|volume] / works with [all my devices|my old tv] / compatible with everything""",
        "n2": """battery [drains|dies|runs out|goes flat] [so|too|very|] [fast|quickly|in no time|in an hour|after an hour|by noon] / [poor|terrible|short|bad|awful] battery life / battery [life|] [doesn't|does not|won't] last [a day|an hour|long] / [won't|doesn't|barely] hold[s|] a charge
[keeps|kept] [disconnecting|freezing|crashing|restarting|overheating|dropping the connection|losing signal|losing wifi|buffering|lagging|cutting out|turning off|beeping] / [disconnects|freezes|lags|overheats|cuts out|drops out|glitches|restarts] [all the time|constantly|randomly|every few minutes|a lot|]
[sound|audio] [cuts out|crackles|is tinny|is muffled|only works in one ear] / [hard|difficult|a pain|impossible] to [pair|set up|connect|hear anything|see in daylight] / [won't|doesn't|wouldn't] [connect|pair|sync|update|fit] [to my phone|to wifi|properly|with my laptop|half the time|] / screen [scratches easily|is too dim|flickers|is dim]
[charges|loads|boots] [very|so|painfully|] slow[ly|] / no bass / uncomfortable after [an hour|ten minutes|a while] / hurts my ears / falls out of my ears / [cable|charger] [is too short|frayed|got loose] / [buttons|keys] [stick|get stuck|stopped responding] / app is [buggy|useless|full of ads] / needs [constant|endless] [updates|restarts]
pictures are [blurry|grainy|dark] / too many [updates|bugs|glitches] / [runs|gets] [hot|really hot|too hot to hold] / low volume / mic [doesn't work|sounds like a tin can] / delay between [sound|audio] and picture / full of bloatware / only one [ear|side|speaker] works""",
        "n1": """[stopped working|died|broke|bricked itself|stopped charging|stopped turning on|gave up] [after {soon}|within {soon}|after the update|completely|for no reason] / [won't|wouldn't|doesn't|didn't even] [turn on|charge|switch on|power up|boot]
[fried|destroyed|ruined|killed] my [phone|laptop|battery|port|computer] / [melted|overheated|exploded|caught fire] [while charging|overnight|on my desk] / screen [went black|cracked|died|shattered] after {soon} / battery [swelled|exploded|is dead] / [lost|deleted|wiped] all my [photos|data|files]
dead [pixels|on arrival|after {soon}] / [fake|counterfeit] product / it's a [fake|knock off|counterfeit|refurbished piece of junk] / not [genuine|original|new|as described] / the [third|second] [one|replacement] [broke|died|failed] too / never connects / constant crashes / nothing but a paperweight / expensive paperweight / now it's a brick""",
        "mid": """good [sound|screen|camera] but [poor|weak|bad|short] [battery|bass|mic|signal] / great [screen|camera|design], [terrible|awful|poor] [battery|speakers|software] / works [most of the time|sometimes|some days|when it wants to] / fine for [calls|emails|basic use|kids|podcasts] [only|but not for music|but not for games|]
[sound|screen|battery|camera] is [okay|average|ok|decent], nothing [more|special] / does what it should but [slowly|the app is bad] / nice [design|hardware], [buggy|poor|clunky] software / not the [fastest|best] but [okay|works|usable]""",
        "nit": "the [app|menu|manual] [needs work|is confusing|could be better|takes some learning] / [no|lacks a] [headphone jack|usb c|charger in the box|dark mode|case] / [cable|charging cable] is a bit short / picks up fingerprints / remote feels cheap / battery could [last longer|be better] / bass could be stronger / gets warm when charging",
    },
    "clothes": {
        "items": """dress / shirt / t-shirt / tshirt / jacket / coat / jeans / trousers / pants / leggings / sweater / jumper / hoodie / skirt / blouse / bra / socks /
shoes / boots / sneakers / trainers / sandals / heels / hat / scarf / gloves / belt / bag / purse / wallet / ring / necklace / earrings / bracelet / sunglasses /
pyjamas / swimsuit / bikini / suit / shorts / top / cardigan / slippers / tie / costume / outfit / uniform / underwear / tights / raincoat / vest / beanie / handbag""",
        "aspects": {
            "make": "fabric / material / fit / stitching / quality / cut / sole / zipper / seams / lining / buttons / elastic / leather / soles / straps / pockets / heel / clasp / length / waist / sleeves",
            "any": "colour / color / style / design / size / sizing / print / pattern / look / smell",
            "price": "price / cost",
        },
        "p5": """fits [like a glove|like a dream|perfectly|me perfectly|beautifully|just right] / [so|super|unbelievably|incredibly] [soft|comfortable|comfy|flattering|warm] / i [get|got|keep getting] [so many|tons of|loads of] compliments / i feel [amazing|gorgeous|beautiful|so confident] in it
[ordered|bought|need] [it|one] in every colour / i live in [these|this] / wear [it|them] [every day|all the time|everywhere] / washes [beautifully|like new] / looks [even better|so much better|stunning|gorgeous] in person / [colour|color] is [gorgeous|stunning|beautiful|so vibrant] / like walking on clouds / most comfortable [shoes|pants|bra|boots] i own
perfect for the [wedding|party|summer|office] / still looks [new|brand new|great] after [many|countless|dozens of] washes / [cosy|cozy] and [warm|beautiful|stylish] / [feel|felt] like a million dollars / wore it to a wedding and everyone loved it""",
        "p4": """true to size / fits [well|nicely|great|as expected|good] / [soft|comfortable|warm|comfy|light|stretchy] and [warm|stylish|pretty|fits well|good looking|light] / nice [fabric|material|colour|fit|cut|pattern|color] / [washes|washed] well / looks [good|nice|great|cute|lovely] on / [very|really] [cute|pretty|comfortable|comfy|flattering|soft|warm]
keeps me [warm|dry] / comfortable [all day|to walk in|from day one] / goes with everything / good quality [leather|cotton|fabric|wool|material] / hugs [in all the right places|nicely] / held up well in the wash / flattering [cut|shape|fit] / doesn't [shrink|fade|wrinkle|itch] / lots of pockets""",
        "n2": """[runs|fits|comes up|sizes run] [small|large|very small|huge|tiny|way too big|way too small|narrow|a size too small] / [way|much|far] too [small|big|tight|short|long|large|thin|baggy|narrow] / nothing like [the picture|the photo|the pictures] / not [flattering|true to size|as pictured|the colour shown|comfortable|my size]
[fabric|material] is [thin|cheap|scratchy|see through|itchy|stiff|rough] / [colour|color|colours] [faded|fades|ran|bled|is off|is different] [after {soon}|in the wash|from the photo|] / [faded|pilled|stretched|shrank|shrunk|lost its shape|bobbled] after {soon} / see through / [itchy|scratchy] / [looks|feels] [cheap|like plastic|like a costume]
[gave me|i got] blisters / hurt my feet / rubs / pinches / [had|got] a hole [in it|] after {soon} / [loose|hanging] threads everywhere / [buttons|button|zip|zipper|sole|strap] [came off|fell off|broke|stuck|gets stuck] / turned my skin green / wrinkles [easily|badly|like crazy] / makes me look [huge|pregnant|like a sack|frumpy] / smells [of chemicals|like fish|strange]
looked [awful|terrible|ridiculous|bad] on me / size chart is [wrong|useless|misleading|way off] / wrong [size|colour] sent / sent the wrong [size|colour|item] / rides up [constantly|all day] / not waterproof / [leaked|let water in] [the first time it rained|] / lets in water""",
        "n1": """[ripped|tore|split|fell apart|came apart|unravelled|disintegrated] [after {soon}|the first time i wore it|the first time i wore them|within {soon}|in the wash|at the seams|immediately|] / [sole|heel|zip|strap|handle] [fell|came|broke|snapped] [off|] [after {soon}|on day one|while walking|]
shrunk to [doll|child|baby] size / [dye|colour] [ruined|stained] [my other clothes|everything|my skin|the whole wash] / arrived [stained|ripped|worn|dirty|with holes|used] / looks like a [rag|bin bag|joke|clown costume] / [ugliest|worst] [dress|shoes|shirt|thing] i've ever [seen|bought] / unwearable / [ended up in|straight to] the [bin|charity shop]
smelled like [something died|mould|cigarettes|urine] / fake [leather|brand|nikes] / [cheap|absolute] [rag|rubbish|garbage|trash|junk]""",
        "mid": """nice [colour|design|style] but [poor|thin|cheap] [fabric|quality|material] / cute but [too small|not comfortable|runs small|itchy|see through] / comfortable but [ugly|not stylish|too big] / okay for [lounging|around the house|gardening|one season] / fits okay / fit is [ok|okay|alright|so so]
pretty but [not practical|uncomfortable|poorly made] / looks [nice|good] but [uncomfortable|a bit scratchy|the fit is off]""",
        "nit": "runs [a bit|a little|slightly|somewhat] [small|large|big|tight|long|short] [so size up|, order a size up|so size down|] / size [up|down] / order a size [up|down] / needs [ironing|breaking in|a belt] / [colour|color] [slightly|a bit] [different|darker|lighter] than [pictured|expected] / sleeves are a bit [long|short] / wish [it|they] had pockets / wrinkles a little",
    },
    "beauty": {
        "items": """cream / shampoo / conditioner / lotion / serum / moisturizer / lipstick / mascara / foundation / perfume / soap / sunscreen / face mask / toothpaste /
deodorant / hair dryer / straightener / nail polish / brush / vitamins / supplement / protein powder / oil / concealer / body wash / face wash / cleanser / eyeliner / hair mask / toner / product / scrub / balm""",
        "aspects": {
            "any": "scent / smell / texture / packaging / formula / shade / colour / results / bottle / quality / consistency / taste",
            "work": "pump / applicator / effect / coverage / spray",
            "price": "price / cost",
        },
        "p5": """my [skin|hair|face] [has never looked|has never felt|never looked|never felt] [better|so good|softer|this soft|healthier] / my skin [loves it|glows|is glowing|feels amazing|cleared up|is so soft|is like silk] / cleared [up|] my [acne|skin|eczema|rash] / holy grail [product|]
smells [amazing|divine|heavenly|incredible|so good|delicious|like heaven] / [hair|skin] is so [soft|smooth|shiny|silky] / saw results in [days|a week] / people keep asking [what i use|what perfume i wear] / a little goes a long way / [really|actually|truly] works [wonders|miracles|] / my hair [stopped falling out|has grown so much]
lasts all day without [smudging|fading] / takes years off / never going back to [another brand|my old one|anything else] / i look [ten years|years] younger / repurchased [many|so many|five] times / will never use anything else""",
        "p4": """smells [nice|good|great|lovely|fresh|pleasant] / leaves my [skin|hair|face] [soft|smooth|shiny|clean|fresh|hydrated] / absorbs [quickly|well|fast] / not [greasy|sticky|heavy|oily] / [gentle|light|kind] on [my|] [sensitive|] skin / lasts [all day|for hours|long] / blends [well|easily] / [good|nice|decent] [coverage|colour|scent|texture]
no [irritation|breakouts|rash|side effects] / i [see|saw|noticed] a [difference|real difference|improvement] / feels [nice|light|good|fresh] on the skin / helps with [dry skin|frizz|dark circles|redness] / goes on [smoothly|easily] / seems to work / good for sensitive skin / tastes [good|fine|okay and mixes well]""",
        "n2": """[greasy|sticky|oily|too heavy|too thick|flaky|chalky|drying|clumpy] / [made|makes|left|leaves] my [skin|hair|face] [dry|greasy|oily|sticky|feel like straw|itchy|flat|worse] / [did|does|did absolutely] nothing [for me|for my skin|for my hair|at all|] / didn't [do anything|do a thing|work for me|help|notice any difference] / no [difference|results|effect|change] [at all|after {soon}|whatsoever|]
smells [awful|weird|cheap|strange|like chemicals|like old lady|too strong|terrible|horrible] / scent [fades|disappears] [in minutes|after ten minutes|quickly] / [wears off|smudges|fades|runs|flakes|clumps] [quickly|after an hour|by lunch|easily] / [broke me out|made me break out|caused breakouts|gave me pimples] / wrong shade / doesn't match my skin / tiny bottle / bottle [leaked|arrived half empty|was half empty]
[pump|lid|cap] [doesn't work|broke|leaks] / dried out my skin / weighs my hair down / tastes [awful|chalky|horrible|like dirt] / streaky / old stock""",
        "n1": """[gave me|got|caused|i got] [a|a terrible|a horrible|an awful] [rash|allergic reaction|burn|infection] / [burned|burnt|burns] my [skin|face|eyes|scalp] / my [hair|skin] [fell out|is falling out|is ruined|is damaged|peeled off|is burning] / ruined my [hair|skin] / [ended up at|had to see] the [doctor|dermatologist|hospital|ER] / [expired|fake|counterfeit|watered down] [product|]
swollen [eyes|face|lips] / my face [was on fire|swelled up|broke out everywhere] / made me [sick|ill|throw up] / arrived [opened|used|expired|leaking everywhere] / painful [rash|burning]""",
        "mid": """smells nice but [doesn't do much|does nothing special|no real effect|doesn't last] / [no|can't see a] [big|real|huge|major] difference [yet|but no harm either|but it feels nice|] / [okay|ok|average|decent] [moisturizer|shampoo|product|cream] / works the same as [cheaper ones|any other|the drugstore one] / it cleans, that's about it / neither better nor worse than others""",
        "nit": "a bit [greasy|strong|thick|runny] [at first|] / [bottle|jar] is [small|smaller than it looks|tiny for the price] / scent is a little [strong|much] / takes a [while|minute] to [dry|absorb] / wish the bottle was bigger / smell is not for everyone",
    },
    "food": {
        "items": """coffee / tea / chocolate / snack / sauce / cereal / cookies / wine / beer / juice / cheese / bread / pasta / honey / granola / protein bar / chips / olive oil / spice mix / nuts / energy drink / popcorn / jam / candy / gin / ice cream / soup / salsa / beans / meal kit / water / bar / syrup / biscuits / peanut butter""",
        "aspects": {
            "taste": "taste / flavour / flavor / texture / aftertaste / chocolate / filling / beans / coffee",
            "any": "packaging / quality / smell / ingredients / bag / aroma / portion",
            "price": "price / cost",
        },
        "p5": """[tastes|tasted] [amazing|incredible|heavenly|like homemade|divine|just like my grandma's] / i could [eat|drink] this every day / can't stop eating [it|them|these] / gone in [minutes|a day|one evening] / the whole family [loves it|devoured it|is hooked] / best [coffee|tea|chocolate|snack|sauce] [i've ever had|ever] / so addictive / dangerously good / stocking up / always in our pantry""",
        "p4": """[tastes|tasted] [good|great|nice|fresh|lovely] / [nice|good|smooth|rich|great] [flavour|taste|flavor|aroma] / not too [sweet|salty|bitter|strong] / [fresh|crunchy|tasty|smooth] / a [nice|good|tasty|healthy] [snack|treat|alternative] / kids [like|love|eat] it / goes well with [everything|coffee|cheese] / good [ingredients|value|size bag]""",
        "n2": """[tastes|tasted] [bland|stale|artificial|like cardboard|weird|bitter|like nothing|burnt|off|watery|like soap|cheap] / too [sweet|salty|bitter|dry|artificial|sour] / weird [aftertaste|texture|smell] / [bad|unpleasant|nasty|strange] aftertaste / all [broken|crushed|crumbs|melted] / [bag|box|pack] was half empty / [melted|crushed|stale|leaking] when it arrived / no flavour / not fresh / mostly sugar / too much sugar / nobody [in my family|] [liked|would eat|wanted] it""",
        "n1": """[found|there was] [a bug|bugs|a hair|mould|mold|worms|plastic|glass|metal] in [it|the bag|mine|the box] / [mouldy|moldy|rotten|expired|spoiled|rancid] [when it arrived|on arrival|] / expired [last year|months ago|product] / [spat|had to spit] it out / made [me|us|my {who}] [sick|ill|throw up|vomit] / [disgusting|revolting|vile|gross], [couldn't finish it|threw it out|even the dog wouldn't eat it] / inedible / undrinkable / even my dog wouldn't touch it""",
        "mid": """tastes [okay|ok|fine|alright|average], [nothing special|not amazing|i've had better] / drinkable / edible / [decent|ok|fine] but [too sweet|pricey|i've had better|won't buy again] / an everyday {item} / okay [snack|coffee|tea] for the price / tastes like any other""",
        "nit": "a bit [sweet|salty|bitter|strong|dry] [for my taste|for me|] / some were [broken|crushed] / [small|smaller] [bag|portion|box] / could be [sweeter|stronger|cheaper|crunchier] / pricey for the size",
    },
    "kids": {
        "items": """toy / doll / puzzle / board game / stroller / car seat / crib / lego set / teddy / train set / scooter / ball / playhouse / baby monitor / bottle / diapers / nappies / book for kids / craft kit / toy car / robot / swing / trampoline / slide / costume / kite / baby carrier / high chair / card game""",
        "aspects": {
            "make": "plastic / pieces / parts / quality / build / wheels / paint / material / straps / stitching",
            "any": "colours / design / instructions / packaging / size / music / idea / rules / box",
            "price": "price / value",
        },
        "p5": """[my|our] [son|daughter|kids|{num} year old|toddler|granddaughter|grandson|nephew|niece|boys|girls] [absolutely |]{love5} it / hours of [fun|entertainment|play] / [kept|keeps] the kids [busy|entertained|happy|quiet] for hours / [plays|sleeps] with it every [day|night] / best [gift|toy|present] ever / the hit of the [party|birthday|christmas morning] / won't put it down / his face lit up / a huge hit / squealed with joy / can't get enough of it""",
        "p4": """[my|our] [son|daughter|kids|{num} year old|toddler|granddaughter|grandson|nephew|niece] [likes|loves|enjoys|liked|loved] [it|playing with it] / [educational|safe|colourful|sturdy|fun] and [fun|sturdy|safe|educational] / [good|nice|great|lovely|perfect] gift / survived [my toddler|many falls|the dog] / easy to [fold|clean|assemble] / bright colours / fun for the whole family / good for [rainy days|travel|small hands|learning]""",
        "n2": """[kids|my son|my daughter|they] [lost interest|got bored] [after {soon}|in minutes|quickly|immediately|in five minutes] / [pieces|parts] [don't fit|fall off|keep falling off|are missing|were missing|are tiny] / not [suitable|safe|good] for [small kids|toddlers|the age on the box|its age group] / too [hard|easy|complicated|small|loud|difficult] for [a child|my {num} year old|kids] / [way|much] smaller than [it looks|expected] / paint [chips|comes|came] off / stopped [singing|moving|lighting up] after {soon} / needs a million batteries / eats batteries / wheels [keep falling|fell] off / never plays with it""",
        "n1": """[broke|fell apart|snapped|stopped working|came apart] [on christmas morning|after five minutes|in minutes|within minutes|after {soon}|the first day|before he could play with it|] / [choking|safety] hazard / [my|our] [son|daughter|child] [was hurt|cut himself|nearly choked|cried] [because it broke|] / sharp edges / [dangerous|unsafe|toxic] / [smells|smelled] toxic / [heartbroken|crying] child / ruined [christmas|his birthday|the party] / lasted [five minutes|an hour|one day] [before it broke|]""",
        "mid": """[kids|my son|my daughter] played with it [once|for a day|a few times] [and that was it|then moved on|] / [cute|fun|nice] but [small|overpriced|flimsy|breaks easily|loud|won't last] / ok toy [for the price|] / kept them busy for [ten minutes|a bit] / he likes it okay / fun at first, then [boring|forgotten]""",
        "nit": "no batteries included / a bit [loud|small|tricky to assemble] / [stickers|instructions] could be better / some assembly needed / box was a bit dented / pieces are a little small",
    },
    "pets": {
        "items": """dog food / cat food / litter / leash / collar / dog bed / cat tree / scratching post / chew toy / harness / fish tank / cat toy / dog toy / treats / pet carrier / flea treatment / litter box / crate / kibble / brush""",
        "aspects": {
            "make": "material / quality / stitching / clips / zip / padding",
            "any": "smell / size / ingredients / design / packaging",
            "price": "price / cost",
        },
        "p5": """[my|our] [dog|cat|puppy|kitten|cats|dogs|pup|rabbit] {love5} [it|this|these|them] / [dog|cat|puppy] goes [crazy|nuts|wild] for it / coat is [so|] [shiny|soft|healthy] [now|] / best [thing|toy|food] i've bought for my [dog|cat] / tail wags every time / sleeps in it every night / indestructible, even for my [pitbull|lab] / no more [fleas|smell|pulling|accidents]""",
        "p4": """[my|our] [dog|cat|puppy|kitten] [likes|loves|enjoys|seems happy with] it / holds up to [chewing|my big dog|scratching] / easy to [clean|wash|adjust] / fits my [dog|cat|lab] well / keeps [him|her] busy / controls odour / good quality / sturdy / soft and washable""",
        "n2": """[my|our] [dog|cat|puppy] [won't touch it|ignores it|hates it|refuses to eat it|isn't interested|won't go near it|sniffed it and walked away] / [destroyed|shredded|chewed through] [it|] in [minutes|seconds|one day] / tracks [dust|litter] everywhere / too small for [my|a] [dog|cat] / doesn't control the smell / clip [broke|keeps opening] / upset [his|her] stomach""",
        "n1": """made my [dog|cat|puppy] [sick|very sick|ill|vomit] / [dog|cat|puppy] [threw up|got diarrhoea|ended up at the vet|nearly choked|was hurt] / [vet bill|emergency vet] / [leash|clip|collar|harness] snapped [and my dog ran off|on the first walk|] / full of [worms|mould|bugs] / fell apart in [minutes|one day] / dangerous for [pets|dogs|cats]""",
        "mid": """[dog|cat] [likes it sometimes|doesn't care either way|is indifferent|uses it now and then] / ok quality [for the price|] / [one|half] of my [cats|dogs] [like|likes|uses] it, the other [doesn't|ignores it]""",
        "nit": "took [him|her|the cat] [a while|a few days] to get used to it / smells a bit / a bit small / a little [pricey|dusty]",
    },
    "restaurant": {
        "items": """restaurant / cafe / café / bar / pub / diner / pizza place / sushi place / steakhouse / bakery / food truck / coffee shop / bistro / buffet / place / burger place / taco place / brunch spot / spot / joint / takeaway / ice cream shop / noodle bar / curry house / brewery""",
        "aspects": {
            "taste": """food / pizza / burger / steak / pasta / sushi / salad / soup / curry / fish / chicken / dessert / coffee / breakfast / bread / sauce / noodles / rice / tacos / fries /
chips / cake / wine / cocktails / sandwich / ramen / ribs / starter / main course / appetizers / seafood / meat / beer / pancakes / lamb / dumplings / cheesecake / lunch / dinner / meal / eggs / wings / brunch / drinks / dishes""",
            "person": "staff / waiter / waitress / server / service / owner / chef / bartender / barista / manager / waiters / hostess / servers / host",
            "place": "atmosphere / ambience / place / decor / restaurant / terrace / location / interior / view / vibe / toilets / tables / dining room / bathroom",
            "any": "menu / portions / portion / wine list / selection / presentation / choice / music / experience / evening / buffet",
            "price": "prices / price / bill",
        },
        "p5": """best [meal|pizza|burger|steak|pasta|sushi|curry|coffee|tacos|ramen|dessert|breakfast|food|brunch] [of my life|in town|in the city|in ages|we've ever had|i've ever eaten|in {place}|hands down] / every [dish|bite|course|plate] was {s5} / [food|service|everything] was [out of this world|top notch|on point|outstanding|exceptional|faultless|second to none]
[our|the] [waiter|waitress|server] [was amazing|was so attentive|made our night|went above and beyond|took such good care of us] / [went|go] above and beyond / made us feel [so welcome|at home|special|like family] / licked [the plate|my plate] clean / [definitely|already] planning our next visit / we [go|eat] there every [week|friday|month] / never had a bad meal [here|] / my mouth is watering just thinking about it / [generous|huge] portions and [delicious|amazing|fantastic] [food|flavours]
[worth|well worth] the [drive|wait|trip|queue|calories] / [fresh|authentic|perfectly cooked] and full of [flavour|flavor] / the [chef|kitchen] knows what [he is|they are|she is] doing / we left [full and happy|with big smiles|stuffed and happy]""",
        "p4": """[food|service|meal] was [good|great|very good|really good|lovely|nice|tasty] / [good|great|nice|tasty|fresh|delicious] food [and friendly staff|at fair prices|and quick service|] / [big|generous|large|good sized] portions / [nice|lovely|cosy|great|relaxed] [atmosphere|ambience|place|spot|view] / [friendly|quick|attentive|fast|good] service / [good|nice|great] [selection|choice|wine list|variety|beer]
[food|order] came [quickly|out fast|hot] / [tasty|fresh|delicious] [and well presented|] / reasonable prices / kid friendly / good vegan options / enjoyed [our meal|the food|every bite|the evening] / [nice|good|great] spot for [lunch|a date|a drink|families] / refills were quick / will try other dishes next time / cooked [well|just right|the way i like it]""",
        "n2": """[food|meal|everything] [took|takes] [forever|ages|over an hour|way too long] [to arrive|to come|] / waited {wait} [for our food|for a table|to order|for the bill|to be served] / [small|tiny|stingy] portions / portions are [tiny|small|a joke for the price] / [food|pizza|soup|steak|chicken|fries] was [cold|bland|overcooked|dry|lukewarm|greasy|soggy|salty|tasteless|burnt]
[slow|poor|bad|indifferent|terrible] service / [got|they got|brought] [our|my|the] order wrong / wrong [order|dish] / forgot [our|my|the] [drinks|order|starters|side|dessert] / ignored us / [had|we had] to ask [twice|three times] / [too|so] [loud|noisy] [to talk|] / tables were [dirty|sticky] / [overpriced|expensive] [for what you get|for such small portions|] / [left|went home] hungry / [nothing|not] [like|] it used to be / menu was [limited|confusing] / half the menu was [unavailable|sold out]
[drinks|cocktails|beer] [were|was] [watered down|weak|warm|flat] / added service charge without asking / [felt|we were|we felt] rushed [out|] / never refilled our [drinks|water] / tourist trap / tasted [frozen|microwaved|reheated|like it came from a can] / [plates|glasses|cutlery] were dirty""",
        "n1": """[got|gave me|gave us|we got] food poisoning / [sick|ill|throwing up] all night [after eating here|] / [found|there was] a [hair|bug|fly|cockroach|piece of plastic|fingernail] in [my|the|our] [food|soup|salad|drink|burger] / [chicken|burger|meat|fish] was [raw|pink inside|raw in the middle|rotten|off] / walked out / [we|] left without eating / [waiter|manager|owner|staff] was [so|incredibly|extremely|unbelievably] rude / [manager|owner] [laughed at us|yelled at us|didn't care|told us to leave|argued with us|refused to help]
[overcharged|double charged] us / [worst|most disgusting] [meal|food|pizza|burger|service|restaurant|dining experience] [ever|of my life|in town|i've ever had] / [rats|mice|cockroaches|flies] [everywhere|in the dining room|on the table] / kicked us out / inedible [food|mess|] / should be [shut down|closed down] / health inspector [should visit|needed] / waited {wait} and [our food never came|left|nobody came] / never got our food""",
        "mid": """food was [ok|okay|average|alright|decent|fine|nothing special], service [too|as well|was ok|was fine] / [good|great|excellent|delicious|amazing] food [but|,] [terrible|awful|slow|rude|poor|bad] [service|staff] / [great|friendly|lovely|excellent] [service|staff|atmosphere] [but|,] [average|bland|disappointing|mediocre|poor|so so] food / [food was|the pizza was|the burger was] [good|great|nice] but [overpriced|the wait was too long|the service was slow|cold]
[standard|typical|average] [pub|bar|chain|diner] food / filled a hole / fine for a quick [bite|lunch] / edible / depends what you order / some dishes were [good|great], others [bland|not|cold|disappointing] / convenient but [average|nothing special]""",
        "nit": "a bit [pricey|loud|crowded|slow|cramped|salty] / [parking|getting a table] is [hard|tricky|a pain] / portions [could be bigger|are a bit small|were on the small side] / service [was|is] a [bit|little] slow / [small|limited] menu / [had to|we had to] wait a [bit|little|while] / music was a [bit|little|touch] loud / only wish they had more [desserts|vegan options]",
    },
    "hotel": {
        "items": """hotel / room / hostel / apartment / b&b / resort / airbnb / flat / cottage / motel / campsite / guesthouse / villa / suite / cabin / place / inn / lodge / spa / cruise""",
        "aspects": {
            "place": "room / bathroom / lobby / pool / beach / hotel / view / location / garden / shower / bar / gym / balcony / kitchen / area / carpet / corridor / sauna / rooms / house",
            "person": "staff / reception / host / receptionist / cleaning lady / service / manager / concierge / housekeeping / owner / front desk",
            "make": "bed / mattress / pillows / sheets / furniture / beds / towels / sofa",
            "taste": "breakfast / food / buffet / dinner / coffee",
            "work": "wifi / air con / air conditioning / check in / heating / lift / elevator / shower / hot water / internet / tv",
            "price": "price / rate / parking fee / minibar",
        },
        "p5": """[felt|we felt|feels] like home / home away from home / [didn't want|we didn't want|never wanted] to leave / [stunning|breathtaking|amazing|gorgeous] [view|views|location|pool] / woke up to [the most beautiful view|the sea] / [slept|we slept] like [a baby|babies|logs] / [best|most comfortable] [bed|hotel|stay|holiday|host|vacation] [ever|in years|we've had|of my life] / upgraded us [for free|] / [left us|gave us] [a bottle of wine|a lovely note|chocolates] / [spotless|immaculate|spotlessly clean]
couldn't do enough for us / nothing was too much trouble / every need [was|] [met|taken care of] / we [will|'ll] be back next [year|summer] / booked again [already|for next year] / perfect [location|stay|getaway|weekend|honeymoon] / paradise / the breakfast was [amazing|incredible|out of this world] / thought of everything / a dream [holiday|stay]""",
        "p4": """[comfy|comfortable|big|clean] [bed|beds|room|rooms] / [clean|spacious|quiet|cosy|tidy] [room|rooms|apartment|place] / [great|good|excellent|perfect|central] location / close to [the beach|everything|the station|the centre|shops] / [friendly|helpful|lovely|kind] [staff|host|reception|owner] / [good|great|decent|tasty|nice] breakfast / [easy|smooth|quick] check in / [nice|lovely|great] [view|pool|garden|balcony] / slept well / as [described|advertised|pictured]
walking distance to [everything|the beach|downtown] / had everything we needed / enjoyed our stay / [good|great] water pressure / wifi was [fast|good] / would stay [here |]again / host was [quick to reply|very responsive] / parking was easy / good value for [a city hotel|the area]""",
        "n2": """[thin|paper thin] walls / [could|we could] hear [everything|the neighbours|the street|traffic] [all night|] / [wifi|shower|air con|air conditioning|heating|tv|lift|elevator|hot water] [didn't work|doesn't work|was broken|barely worked|kept cutting out|was out of order] / no [hot water|air con|wifi|towels|heating|parking|one at reception] / [room|bathroom|place] [smelled|smelt|smells] [of smoke|damp|musty|like mould|bad|of sewage|funny]
[not|wasn't] [clean|very clean|cleaned properly|cleaned during our stay] / [room|bathroom] was [tiny|dirty|dusty|cold|dark|nothing like the photos|not ready] / [bed|mattress|pillows] [was|were] [hard|uncomfortable|lumpy|like concrete|rock hard|worn out] / couldn't sleep / [hardly|barely] slept / construction noise [all day|] / [hidden|extra] [fees|charges] / charged for [parking|towels|everything] / [looks|looked] [nothing like|better in] the [photos|pictures|website] / [in need of|needs] [renovation|a refurb|updating|a good clean]
breakfast was [cold|poor|a joke|disappointing|the same every day] / [check in|the queue] took [ages|over an hour|forever] / far from [everything|the beach|the centre] / pool was [closed|cold|dirty|tiny] / mould in the [shower|bathroom] / [hair|stains] [in the|on the] [bed|sheets|shower]""",
        "n1": """[bed bugs|bedbugs|cockroaches|ants|rats|mice|mould|mold] [everywhere|in the room|in the bed|all over|in the bathroom] / [covered in|got] bites / [filthy|disgusting|dirty|stained] [room|sheets|bathroom|towels|carpet|bed] / [blood|hair|urine|vomit] [stains|] on the [sheets|mattress|floor|wall] / [our|my] [things|passport|money] [was|were] stolen / [cancelled|canceled] our booking [last minute|on the day|without notice] / [checked out|left|moved out] [after one night|early|the same night|immediately] / [lost|gave away] our [booking|reservation|room]
sewage [leaking|smell everywhere] / [felt|we felt] unsafe / charged us twice / kept our deposit / [host|owner|manager] [was abusive|screamed at us|never showed up|refused to refund us|locked us out] / not fit for [humans|animals] / slept in the car / [worst|most disgusting] [hotel|room|stay|holiday] [ever|of my life|we've stayed in] / should be condemned / the ceiling leaked all night""",
        "mid": """[clean|good location|great location|cheap] but [dated|noisy|small|tired|basic|old] / [good|great] [location|view|breakfast|beds], [dated|noisy|small|dirty|tired] [room|rooms|decor] / fine for [one night|a stopover|a night|a short stay] / [basic|simple] but [clean|ok|does the job] / you sleep there, that's it / nothing luxurious / clean enough / [room was|beds were] [ok|okay|fine|average], [nothing more|breakfast too|nothing special] / typical chain hotel""",
        "nit": "[parking|breakfast] [is|was] [a bit|] [expensive|limited|extra] / [room|bathroom|shower] [was|is] [a bit|a little|slightly] [small|dated|noisy|warm] / walls are a bit thin / wifi was a [bit|little] slow / [bed|pillows] a bit [hard|soft] / [steep|long] [walk|stairs] / more choice at breakfast would be nice / could do with [an update|more plugs|a kettle]",
    },
    "film": {
        "items": """movie / film / show / series / documentary / sequel / comedy / thriller / drama / horror movie / cartoon / season / episode / musical / play / remake / western / romcom / anime / superhero movie / performance / concert / gig / festival / exhibition / museum / reality show""",
        "aspects": {
            "art": """acting / plot / story / script / ending / soundtrack / music / cast / dialogue / direction / characters / cinematography / humour / humor / jokes / writing / screenplay / effects /
special effects / visuals / pacing / twist / twists / performances / lead actor / lead actress / action scenes / storyline / animation / costumes / editing / first half / second half / finale / opening / chemistry / villain / premise / photography / first act / score / directing / comedy / suspense""",
        },
        "p5": """[edge of my seat|on the edge of my seat|glued to the screen|hooked] [from start to finish|the whole time|from the first minute|throughout] / [laughed|cried|laughed and cried] [so hard|out loud|until my sides hurt|the whole way through|from start to finish|like a baby] / [brought|moved] me to tears / [gave me|got] [goosebumps|chills] / [best|the best] [movie|film|show|series] [of the year|i've seen this year|in years|ever|in a long time|of all time|this decade]
[deserves|give it] [an oscar|all the awards|every award|all the oscars] / i've [seen|watched] it [three|five|ten|a hundred] times / [could|would|will] watch [it|this] [again and again|over and over|a hundred times] / binged [it|the whole thing|the whole season] in [a weekend|one day|one sitting] / still thinking about it [days later|] / [instant|modern|true] classic / [not|never] a dull moment / [stole|steals] the show / time flew by / [didn't want|never wanted] it to end / [stayed|stays] with me / perfectly cast / a must [see|watch] / go [see|watch] it [now|] / left the cinema [speechless|smiling|in tears] / standing ovation / pure cinema""",
        "p4": """[good|solid|nice|great|strong] [acting|story|cast|film|movie|ending|performances|music|jokes|show] / [kept|keeps] [me|us|you] [guessing|interested|entertained|watching|hooked|laughing] [until the end|throughout|] / [fun|great|good|enjoyable] [for the whole family|popcorn movie|night out|ride] / [made|makes] me [laugh|smile|think|cry] / [worth|well worth] [watching|a watch|seeing|your time] / [better|much better] than [the first|the reviews say|the trailer|the last one|the book] / [interesting|clever|nice|good] [twist|plot|idea|story|premise] / [some|plenty of|lots of] [laughs|good laughs|great moments|action]
[well|beautifully|nicely] [acted|made|shot|written|filmed] / [enjoyed|liked] [it|every minute|this one] / had [some|a few] [good|great] laughs / didn't see [the ending|the twist|that] coming / picks up [nicely|after the first half hour|in the second half] / gets [better|really good] [towards the end|after a few episodes|] / [sweet|charming|heartwarming] [story|little film] / left [with a smile|the cinema happy]""",
        "n2": """[too|way too|far too] [long|slow|predictable|violent|silly] / [predictable|boring|slow|dull|weak|thin|flat] [plot|story|script|ending|characters|from start to finish] / [saw|could see] [the ending|the twist] coming [a mile off|from the start|] / no [chemistry|plot|story|tension|character development|laughs|depth] / [kept|i kept] [checking my watch|looking at my watch|checking my phone|yawning] / [fell|i fell|nearly fell|almost fell] asleep [halfway|halfway through|in the middle|after twenty minutes|] / [jokes|humour] [fall flat|fell flat|didn't land|felt forced] / [didn't|couldn't] [care about|connect with] [the characters|anyone in it]
[drags|dragged] [on|on and on|in the middle|out] / [lost|i lost] interest [halfway|after ten minutes|quickly] / [not as good|nowhere near as good] as [the first one|the book|the original] / the [book|original|first one|trailer|poster] was [much|so much|far|] better / [ruined|spoiled] by [the ending|bad acting|a stupid ending] / [wooden|bad|weak|poor|terrible] [acting|dialogue|script|effects] / [style over substance|all style no substance|all effects and no story] / [full of|riddled with] [plot holes|cliches|clichés] / makes no sense / [wasted|waste of] [talent|a good cast|potential|the cast] / [overrated|overhyped] / [unnecessary|pointless] [sequel|remake] / [turned|i turned|switched] it off [halfway|after twenty minutes|] / expected [more|better] from [this director|this cast|them]""",
        "n1": """[two|2|three] hours [of my life|] [i'll never get back|i can't get back|wasted|i want back] / [walked|we walked|i walked] out [halfway|after half an hour|of the cinema|] / [worst|the worst] [movie|film|show|series|acting|ending] [ever|of the year|of all time|i've ever seen|i have ever seen|of the decade] / [waste|complete waste|total waste] of [time|two hours|money|film|talent] / [want|i want] my [money|time|two hours|ticket money] back / [bored|bores|bored me|boring] to [tears|death] / an insult to [the book|the fans|my intelligence|the audience] / so bad it [hurts|hurt|made me angry] / [couldn't|could not] [finish|watch] it / [turned|had to turn] it off after [ten|five] minutes
[painful|torture|unbearable|excruciating] to [watch|sit through] / watching paint dry [is|would be] more [fun|exciting] / i'd rather [watch paint dry|stare at a wall|have a root canal] / [zero|no] [plot|talent|redeeming features] / who [greenlit|paid for|made] this [garbage|mess|rubbish|] / [absolute|utter|complete] [garbage|trash|rubbish|drivel|nonsense|snoozefest] / [how|why] did this get made / not one laugh / [not|n't] a single laugh / my eyes and ears hurt""",
        "mid": """[good|great|strong] [acting|cast|visuals|start|idea|first half], [weak|poor|bad|thin|terrible|disappointing] [story|plot|ending|script|second half|execution] / [watchable|it's watchable|watchable enough|okay to watch once|fine for one watch|a one time watch] / [some|a few] [funny|good] [moments|scenes|jokes], [but|the rest] [forgettable|not much else|was boring|too long] / passes the time / [ok|fine|good] for [a rainy day|a lazy sunday|a plane|background noise] / [forgettable|popcorn] [but|] fun / wait for it on [tv|streaming] / [starts|started] [strong|well] [but|then] [fades|gets boring|falls apart|loses steam] / [seen|have seen] better, [seen|have seen] worse / [not|nothing] groundbreaking / i'll have forgotten it by [tomorrow|next week]""",
        "nit": "[a bit|a little|slightly|bit] [long|slow|predictable|cheesy|confusing] [in the middle|at times|in parts|at the start|] / [slow|slowish] start / could have been [shorter|20 minutes shorter|funnier|a bit tighter] / ending [was|felt] a [bit|little] [rushed|weak|abrupt|predictable] / [some|a few] [cliches|slow moments|plot holes] / not [as good as|quite as good as] the [first|book] but",
    },
    "book": {
        "items": """book / novel / story / audiobook / memoir / biography / cookbook / textbook / comic / magazine / guide / trilogy / sequel / poetry collection / read / fantasy novel / crime novel / romance / manual / podcast / paperback / album / record / song""",
        "aspects": {
            "art": """plot / story / writing / characters / ending / prose / main character / dialogue / narrator / pacing / style / heroine / hero / illustrations / twist / first chapters / middle / chapters / world building / premise / examples / recipes / lyrics / vocals / mystery / romance / author / translation / narration / explanations""",
            "any": "print quality / cover / paper / binding / price / photos",
        },
        "p5": """[couldn't|could not|can't|couldn't possibly] put it down / [stayed|kept me] up all night / [read|finished|devoured] [it|this|the whole thing] in [one sitting|a day|one day|two days|a weekend] / [page turner|a real page turner|unputdownable] / [best|the best] [book|novel|read] [of the year|i've read this year|ever|in years|i've read in ages] / [laughed|cried|sobbed] [out loud|my eyes out|through the last chapter] / [didn't|did not|never] want[ed|] it to end / can't wait for the [next one|sequel|next book|second part] / changed the way i [think|see things|cook|live] / every page is a [joy|delight|treasure] / will read [again|again and again|everything by this author] / beautifully [written|told] / hooked from [the first page|page one|the first chapter|chapter one] / the characters [feel|felt|are] so real / gripped me from the start / one for the keeper shelf""",
        "p4": """[good|great|enjoyable|interesting|easy|quick|fun|solid|nice] read / [well|nicely|beautifully] [written|researched|told|explained] / [interesting|likeable|believable|strong|great] [characters|story|ideas|plot] / [kept|keeps] me [reading|turning the pages|interested|guessing] / [learned|learnt] a lot / [clear|useful|helpful|practical] [explanations|tips|examples|advice|recipes] / [gets|got] better [as it goes|with every chapter|after the first chapters] / [looking forward|look forward] to the next one / [enjoyed|liked] it [a lot|very much|more than i expected|] / satisfying ending / [great|good|perfect] [holiday|beach|bedtime] read / worth reading""",
        "n2": """[slow|boring|predictable|dull|dry|repetitive|shallow|confusing|tedious] / [too|way too] [long|slow|wordy|many characters|many descriptions] / [gave up|i gave up|stopped reading|quit] [halfway|after fifty pages|after {num} chapters|in the middle|] / [couldn't|could not|didn't] [finish|get into|get through|finish reading|connect with] it / [skimmed|skipped] [most of it|the last half|whole chapters|pages] / [full of|so many|too many] [typos|errors|cliches|spelling mistakes] / [flat|annoying|unlikeable|one dimensional|cardboard] [characters|main character|heroine] / [weak|rushed|disappointing|terrible|stupid|abrupt] ending / nothing [new|happens] / [goes|went] nowhere / not [his|her|their] best [work|book] / [expected|hoped for] more from this author / could have been [an article|a blog post|half as long] / hard to [follow|get into|read] / plot holes everywhere / repeats itself / narrator's voice is [annoying|monotone|boring] / had to force myself to [finish|keep reading] / print is too small / pages fell out""",
        "n1": """[worst|the worst] [book|novel|thing] [ever|i've ever read|i have read|of the year] / [utter|absolute|complete|pure] [rubbish|garbage|drivel|trash|nonsense|waste of paper] / waste of [paper|trees|time|ink] / threw it [across the room|in the bin|away] / [unreadable|unbearable|painful to read] / [couldn't|could not] get past [the first chapter|page ten] / how did this get published / a five year old could write better / [badly|terribly|appallingly] [written|edited] / [plagiarised|copied] [from wikipedia|] / [offensive|racist|insulting] [rubbish|] / don't [bother|read it|buy it] / deleted it from my kindle / hated every page""",
        "mid": """[okay|ok|decent|average|alright|passable] [read|book|story] / [good|great|interesting] [idea|premise|start], [poor|weak|disappointing|bad|rushed] [execution|ending|writing] / [some|a few] [good|useful|interesting] [chapters|ideas|bits], [others|the rest] [boring|not|were dull|skip] / fine for [the beach|a flight|holiday reading|beginners] / [light|easy] but forgettable / not [as good as|the] [her|his] [other books|best] but [okay|readable] / readable / [started|starts] [well|strong] then [dragged|lost me|slowed down] / nothing i didn't know already but [nicely|well] [written|put]""",
        "nit": "[a bit|a little|slightly|bit] [slow|long|repetitive|predictable] [at first|in the middle|at times|in places|] / [slow|took a while to get] [start|going|into] / ending [was|felt] a [bit|little] [rushed|abrupt] / a few typos / [too many|a lot of] characters to keep track of / wish it was longer / [cover|paper] [arrived|was] [a bit|slightly] [damaged|bent|creased]",
    },
    "app": {
        "items": """app / game / website / software / program / site / tool / service / platform / update / extension / plugin / subscription / streaming service / browser / banking app / dating app / puzzle game / video game / mobile game / calendar app / editor / vpn / dlc / expansion / dashboard""",
        "aspects": {
            "work": "interface / ui / design / sync / search / login / navigation / performance / loading / controls / gameplay / graphics / sound / online mode / multiplayer / support / payment / checkout / notifications / menu / layout / setup / installation / export / camera / story mode / servers / tutorial / matchmaking",
            "any": "features / update / new version / free version / premium version / content / experience / soundtrack / story / levels",
            "price": "price / subscription / monthly fee / in app purchases",
        },
        "p5": """[so|super|incredibly|really] [easy|intuitive|simple|smooth|fun|addictive|useful] [to use|to navigate|] / [use|i use|open] it [every day|every single day|daily|constantly] / [changed|transformed|saved] my [life|workflow|business|mornings|week|finances] / [saves|saved] me [hours|so much time|hours every week|a fortune] / [no|zero] [ads|bugs|lag|crashes], [just works|love it|so clean] / [best|the best] [app|game|software|tool] [on my phone|of the year|ever|in the store|i've used] / [hours|hundreds of hours] of [fun|gameplay|content] / can't stop playing / [stunning|gorgeous|beautiful|amazing] [graphics|visuals|design] / does [everything|exactly what i need] [and more|] / never [crashes|had a bug] / [worth|totally worth] the [subscription|upgrade|premium] / helped me [sleep|lose weight|learn|save money] [so much|] / developers [listen|reply within hours|are amazing]""",
        "p4": """[easy|simple|intuitive|straightforward] to [use|navigate|set up|learn] / [clean|nice|good|simple|clear] [design|interface|layout|ui] / [works|runs] [well|fine|smoothly|great] [on my phone|on my tablet|offline|] / [fun|good|nice|great] [game|app|time killer|gameplay|graphics] / [useful|handy|helpful] [features|app|tool|reminders] / [fast|quick|regular] [support|updates|loading] / syncs [well|across devices|without problems] / not too many ads / [good|great] free version / [lots|plenty] of [levels|options|features|content] / does what it promises / helps me [stay organised|keep track|focus|relax|remember]""",
        "n2": """[too many|so many|full of|nothing but|endless|constant|way too many] [ads|adverts|bugs|pop ups|popups|notifications|microtransactions|paywalls] / [crashes|freezes|lags|logs me out|glitches|hangs] [all the time|constantly|a lot|every five minutes|too often|randomly|] / [slow|buggy|clunky|confusing|laggy|glitchy] [since the update|after the last update|and ugly|] / [new|latest|last] [update|version] [ruined|broke|made] [it|everything|it worse|it slower] / [was|used to be] [better|good|great] before the update / [everything|every feature|all the good stuff] is behind a paywall / pay to win / [drains|eats|kills] [my|the] battery / [can't|cannot|couldn't|won't let me] [log in|login|sign in|reset my password|cancel|save|sync]
[keeps|kept] [crashing|freezing|logging me out|asking me to rate|asking for money|losing my data|loading forever] / [hard|confusing|impossible] to [use|navigate|cancel|find anything] / [boring|repetitive|too easy|too hard|grindy] after [an hour|a few levels|{soon}] / bring back the old [version|design|layout] / [too|so] expensive for [what it does|a few features] / takes forever to load / needs [too many|so many] permissions / missing [basic|important] features / support never [replies|answers|answered]""",
        "n1": """[crashes|crashed] [every time|on startup|as soon as i open it|every single time|immediately] / [won't|doesn't|wouldn't|does not] [open|load|start|install|even open|work at all] [anymore|since the update|] / [lost|deleted|wiped|erased] [all my|my|everything,] [data|progress|photos|notes|files|work] / [uninstalled|deleted|deleting|uninstalling] [it|this|immediately|after five minutes|after one day|] / [charged|billed|keeps charging] [me|my card] [after i cancelled|twice|without permission|without asking|for a free trial] / [stole|steals|took] my [money|data|information] / [malware|virus|spyware|scam] / [impossible|no way] to [cancel|unsubscribe|get a refund|delete my account]
[hacked|banned|locked] [my account|me for no reason|me out] / [completely|totally|utterly] [broken|unusable|useless] [since the update|after the update|now|] / [cash|money] grab / unplayable / [worst|most useless] [app|game|software|update|website] [ever|in the store|i've used] / don't [download|install|pay for] [it|this] / [fake|bot] [profiles|users] everywhere""",
        "mid": """[good|nice|great] [idea|concept|design], [poor|bad|buggy|terrible] [execution|performance|support|app] / [fun|good|ok|nice] [at first|for a while|for a week] [but|, then] [gets boring|gets repetitive|boring|too many ads] / [works|it works] [most of the time|sometimes|but slow|but ugly|ok] / free version is [limited|okay|too limited] / [good|useful] but [too many ads|expensive|crashes sometimes|needs work|buggy] / [decent|ok|average] [time killer|app|game] / does the basics / needs [more|a few more] features / i use it because there's nothing better""",
        "nit": "a [few|couple of] [ads|bugs|small bugs|glitches|crashes] [here and there|sometimes|] / [would love|please add|needs|just needs|only missing] [a|] [dark mode|widgets|more levels|offline mode|an ipad version|more options|a search] / could use [more features|a dark mode|some polish] / gets a bit [repetitive|grindy|slow] [towards the end|after a while|] / subscription is a bit [pricey|expensive] / learning curve is a bit steep",
    },
    "service": {
        "items": """plumber / electrician / garage / mechanic / hairdresser / barber / salon / dentist / doctor / clinic / vet / bank / insurance company / phone company / internet provider / cleaning service /
moving company / painter / builder / lawyer / accountant / gym / personal trainer / driving school / tattoo artist / photographer / nail salon / spa / massage / company / agency / landlord / estate agent / taxi company / school / nursery / daycare / contractor / gardener / optician / pharmacy / hospital / locksmith / dry cleaner / car wash / shop / store / car dealer / dealership / support team / wedding planner / therapist / physio / call center / nurse / surgeon""",
        "aspects": {
            "person": "staff / team / doctor / mechanic / receptionist / stylist / technician / guy / lady / driver / customer service / support / agent / owner / manager / crew / trainer / workers / dentist / service / nurse / assistant / people / reception",
            "any": "work / result / quality / experience / communication / job / haircut / repair / advice / treatment / attitude",
            "place": "waiting room / shop / place / salon / office / clinic / changing rooms / store",
            "price": "price / quote / fee / rates / invoice / cost",
        },
        "p5": """[went|goes|go] [above and beyond|the extra mile|out of [his|her|their] way] [to help|for me|for us|] / [fixed|sorted|solved|repaired|resolved] [it|everything|my problem|the problem|the leak|my car|the issue] in [minutes|no time|an hour|one visit|ten minutes] / [arrived|came|showed up|turned up] [on time|early|within the hour|the same day|right on time] [and|,] [did a great job|fixed it|was lovely|cleaned up after] / [wouldn't|won't|will never] [trust|go to|use] anyone else / [best|the best] [haircut|dentist|doctor|mechanic|vet|service|plumber|massage|customer service] [ever|i've ever had|in town|in years|in the area]
[saved|saves] [my life|the day|our wedding|me a fortune|my dog|our holiday] / [took|takes] the time to [listen|explain everything|answer all my questions] / [honest|fair|professional|fast|friendly] and [reliable|professional|affordable|very skilled|honest|knowledgeable] / [felt|made me feel] [so|completely|totally|really|] [comfortable|welcome|at ease|relaxed|safe|heard|cared for] / [didn't|did not] feel a thing / explained everything [so|] clearly / [my|the] car [runs|drives] like new / i've been a customer for {long} / [five star|first class|exceptional|outstanding|superb|amazing|impeccable] [service|work|care|team|job] / passed [first time|my test first time|my exam] [thanks to them|] / worth every penny / no questions asked / got everything done [early|in one day]""",
        "p4": """[quick|fast|prompt|friendly|good|efficient|great|professional|polite|helpful|excellent] [service|response|work|repair|team|staff|job] / [did|does|they did] a [good|great|nice|decent|solid|fine] job / [fair|reasonable|good|honest] [price|prices|quote|rates] / [on time|punctual|arrived on time] [and friendly|and polite|] / [kept|they kept] me [informed|updated|in the loop] / [left|cleaned up and left] everything [tidy|clean] / [answered|they answered] all my questions / [easy|simple] to [book|reach|deal with|work with] / [happy|pleased|satisfied] with the [result|work|haircut|outcome|service] / [sorted|solved|fixed] [it|the problem|the issue] [quickly|in the end|without fuss|eventually] / good [communication|advice|equipment] / would use them again / no hard sell / no pressure / replied [quickly|within a day|the same day|within minutes]""",
        "n2": """[hard|difficult|impossible] to [reach|get hold of|get an appointment|get a straight answer] / [late|always late|two hours late|an hour late] / [had|i had] to [call|chase|phone|ring|email|explain] [them|] [three|five|several|four|many|ten] times / [waited|i waited|waiting|kept waiting|sat waiting] {wait} [past my appointment|on hold|for a reply|] / on hold for {wait} / [nobody|no one] [answers the phone|calls back|called back|knows anything|could help|replies|got back to me] / [never|they never] [called|got|phoned] [me|] back / [felt|i felt] [rushed|ignored|like a number|pressured|judged] / [didn't|did not|never] [listen|explain anything|turn up on time|do what i asked|fix it properly] / [only|just] interested in [money|selling|upselling] / [hidden|extra|unexpected] [fees|costs|charges] / [more expensive|higher] than [quoted|the quote|agreed]
left [a mess|everything dirty|scratches|dirt everywhere] / [had|have] to [come back|go back|redo it|do it myself] [twice|three times|] / [sloppy|poor|bad|careless|rushed|shoddy] [work|service|job|communication|workmanship] / passed [around|from one department to another|from person to person] / [uneven|bad|terrible] [haircut|cut|paint job] / [not|wasn't] what i asked for / cut it too short / the problem [came back|is still there|isn't fixed|returned after {soon}] / equipment is [old|broken|always taken] / [always|too] crowded / [rescheduled|cancelled|postponed] [twice|three times|last minute|again] / all talk / [still|i'm still] waiting for [a reply|an answer|a call|someone to call]""",
        "n1": """[never|they never|nobody] [showed up|turned up|came|finished the job|arrived] / [made|left|made everything] [it|my car|the problem|things] worse / [ruined|destroyed|damaged|botched|butchered|wrecked] my [hair|car|wall|floor|house|tooth|furniture|roof|lawn|credit] / [overcharged|overcharged me|charged me double|charged me for nothing|charged me twice] / [took|stole] my [money|deposit] [and disappeared|and ran|and never came back|] / [hung up|hangs up|hung up on me] [twice|three times|mid sentence|] / [lied|lie|lying|liars] [to me|to my face|about everything|] / [refused|refuse] to [help|refund|fix it|honour the warranty|pay|take responsibility|give me my money back] / [rude|arrogant|aggressive] and [unprofessional|useless|incompetent|dishonest|condescending]
[worst|the worst] [customer service|service|company|bank|dentist|doctor|garage|experience|haircut] [ever|in town|i've ever dealt with|on earth|of my life|i have experienced] / [treated|they treated|treats] [me|us|customers] like [dirt|garbage|a criminal|rubbish|idiots|an idiot] / [i|] [left|came out] in [tears|pain|agony] / [misdiagnosed|nearly killed] [me|my {who}] / [crooks|cowboys|thieves|con men|bunch of amateurs] / should [lose their license|be in jail|be shut down|be sued] / reported them / taking them to court / [screamed|yelled|shouted|swore] at [me|us|my {who}] / [cancelled|canceled] my [account|policy|contract] [without notice|for no reason]""",
        "mid": """[got|they got] [the job|it] done [eventually|in the end|but slow|but left a mess|but late] / [friendly|nice|polite] but [slow|expensive|not very skilled|clueless|disorganised|always late] / [good|great] [work|result|job] but [slow|overpriced|poor communication|rude staff|took forever] / [okay|ok|average|decent|standard] [service|haircut|job|gym|work] / [some|a few] staff are [great|nice|helpful], others [not|rude|aren't|couldn't care less] / depends who you get / [fine|ok] for a basic [cut|check up|service] / cheap but [basic|slow|you get what you pay for]""",
        "nit": "[a bit|a little|slightly|bit] [pricey|expensive|slow|late|rushed|busy] / [waiting|waited|had to wait] [a bit|a little|20 minutes|a while] / [parking|booking] is [tricky|hard|difficult|a bit of a pain] / arrived [a bit|ten minutes|a little] late / took [a little|slightly] longer than [planned|promised|expected] / gets [busy|crowded] [after work|at weekends|]",
    },
    "delivery": {
        "items": """order / package / parcel / delivery / shipment / item / seller / shop / store / online shop / courier / company / purchase / package / subscription box / flowers / furniture""",
        "aspects": {
            "any": "packaging / delivery / shipping / communication / service / condition / tracking / return process / customer service",
            "person": "seller / driver / courier / support / delivery guy / customer service",
            "price": "shipping cost / price / postage",
        },
        "p5": """[arrived|came|delivered|got here] [early|a day early|two days early|next day|the next day|the same day|overnight|ahead of schedule|faster than expected|before the estimated date] / [super|so|lightning|incredibly|amazingly|very] fast [delivery|shipping|postage] / [perfectly|beautifully|so well|lovingly] [packed|packaged|wrapped] / [sent|they sent|shipped] a [replacement|new one] [right away|the same day|immediately|no questions asked|free of charge|overnight] / [refunded|refund] [me|] [straight away|immediately|within hours|no questions asked|in full] / [seller|support|they] went above and beyond / [handwritten|lovely|sweet] [note|thank you card] [in the box|] / [best|fantastic|excellent|brilliant|great] [seller|service|shop|customer service|communication] / exactly as [described|pictured|advertised] [and arrived early|, perfect condition|and fast|]""",
        "p4": """[arrived|came|delivered] [on time|quickly|safely|promptly|as promised|in good condition|in perfect condition|undamaged|well packed|when they said] / [fast|quick|good|prompt|smooth|easy|free] [delivery|shipping|service|returns|transaction] / well [packed|packaged|wrapped] / as described / [good|great|clear|friendly] [communication|seller|driver|packaging|service] / easy [return|returns|refund|exchange] / [replaced|refunded|exchanged] [it|] [quickly|without fuss|without any problems|with no hassle] / tracking was [accurate|helpful] / no [damage|problems with delivery|hassle] / got what i ordered / would order from them again""",
        "n2": """[arrived|came|delivered] [late|two weeks late|a week late|damaged|broken|dented|scratched|in a torn box|open|three days late|incomplete|missing parts|bent|crushed] / [slow|late|delayed|terrible|bad|poor] [delivery|shipping|communication|packaging] / [wrong|they sent the wrong] [item|size|colour|order|product|address] [sent|delivered|] / [missing|forgot] [items|half my order|parts|one item] / [took|delivery took] [ages|forever|three weeks|a month|twice as long|over a month] / [box|package|parcel] was [damaged|crushed|open|soaked|torn|thrown over the fence|left in the rain] / [left|dumped] [outside|in the rain|with a neighbour|on the street] / no [tracking|updates|communication|reply|response|apology] / [had|have] to pay [return|for the return|extra] [shipping|] / [returning|return] [it|] is a [nightmare|pain|hassle] / [not|nothing like|not what|different from] [as|what] [described|pictured|i ordered|the picture] / driver [didn't knock|left it in the rain|couldn't find the house]""",
        "n1": """[never|still hasn't|it never|my order never|has not] [arrived|came|showed up|turned up|been delivered] / [still|i'm still] waiting [after {wait}|for my order|for my money|] [and no answer|] / [where is|still no sign of] my [order|package|parcel|money|refund] / [ignore|ignored|ignoring|no reply to|nobody answers] [my|all my|any of my] [emails|messages|calls|complaints] / [refuse|refused|refusing] to [refund|replace|help|take it back|answer] / [marked|says] [as delivered|it was delivered|delivered] but [nothing came|it wasn't|i never got it] / [lost|stole|they lost] my [package|parcel|order] [and don't care|twice|and won't refund|] / [took|they took] my money and [sent nothing|never sent anything|sent an empty box|disappeared] / [empty|received an empty] box / [received|got|sent me] a [used|broken|smashed|fake|dirty|counterfeit] one / [everything|all] smashed [to pieces|] / cancelled my order without [telling me|notice|reason]""",
        "mid": """[slow|late] [delivery|shipping], [good|nice|fine|great] [product|quality|item] / [product|item] is [good|fine|great|nice] but [arrived late|the delivery was slow|shipping took forever|the box was damaged] / [good|great] [product|item|quality], [terrible|slow|bad|awful] [delivery|shipping|service] / [arrived|came] [eventually|in the end|a bit late but fine|late but complete|] / box was damaged but [product ok|the contents were fine|item was fine]""",
        "nit": "[took|delivery took] [a bit|a little|slightly|a few days] [longer|more] [than expected|than promised|] / box was [slightly|a bit|a little] [damaged|dented|battered] / [too much|a lot of] [plastic|packaging] / shipping [is|was] a bit [expensive|slow] / arrived a day late",
    },
    "travel": {
        "items": """flight / airline / trip / tour / train / bus ride / ferry / cruise / taxi ride / car rental / rental car / boat trip / guided tour / airport / journey / excursion / museum / park / beach / zoo / theme park / attraction / safari / ride / city tour / ski resort""",
        "aspects": {
            "person": "crew / staff / guide / driver / pilot / ground staff / cabin crew / captain / tour guide / service / steward",
            "place": "cabin / seat / plane / train / bus / car / lounge / beach / station / toilets / seats",
            "any": "food / legroom / experience / organisation / schedule / entertainment / view / itinerary / queue / app",
            "price": "price / fare / ticket price / baggage fee",
        },
        "p5": """[best|the best] [tour|flight|trip|guide|day|holiday|airline|excursion] [ever|of our trip|of my life|we've done|i've flown with] / [guide|driver|crew|captain] was [amazing|so knowledgeable|hilarious|wonderful|fantastic|brilliant] / [unforgettable|magical|incredible|breathtaking|once in a lifetime] [experience|day|trip|views|adventure|memories] / [highlight|the highlight] of [our|my|the] [trip|holiday|vacation] / [landed|arrived] early / [smoothest|most comfortable] flight [ever|i've had] / kids had the time of their lives / [will|would] do it again [tomorrow|in a heartbeat] / memories for life / free upgrade [made my day|]""",
        "p4": """[smooth|comfortable|pleasant|quick|easy] [flight|journey|ride|boarding|trip|check in] / [on time|left on time|arrived on time|punctual] / [friendly|helpful|kind|polite|professional|attentive] [crew|staff|guide|driver] / [good|plenty of|decent|enough] [legroom|food|snacks|views|space] / [clean|comfortable|new|modern] [plane|train|seats|car|bus] / [fun|nice|great|interesting|good] [day out|tour|trip|place|activities|exhibits] / learned a lot / well organised / worth the [money|visit|trip|ticket] / lots to [see|do] / good value / easy pick up""",
        "n2": """[delayed|flight delayed|train delayed] [by|] [three|four|five|six] hours / [delayed|late|cancelled] [again|as usual|without explanation|twice] / [no|hardly any|zero] [legroom|space|information|explanation|air conditioning|food|shade] / [cramped|broken|uncomfortable|dirty|hard] [seat|seats|cabin|toilets] / [long|endless|two hour] [queue|queues|lines|wait] / [overpriced|expensive] [food|drinks|tickets|parking|for what you see] / [crowded|too crowded|overcrowded|packed] / [guide|driver] was [boring|hard to understand|late|reckless|rushing us|on his phone] / [hidden|extra] [fees|charges] [for luggage|everywhere|] / [felt|we felt] rushed / tourist trap / not [worth|much to see|as described] [the money|the entrance fee|] / half of it was closed / missed [my|our] connection""",
        "n1": """[lost|they lost|broke|destroyed|damaged] [my|our] [luggage|suitcase|bags|bag|stroller] [and don't care|and no one helped|] / [cancelled|canceled] [our|my] [flight|trip|tour|booking] [and refused a refund|last minute|with no refund|without notice] / [stranded|left us stranded|slept] [at the airport|overnight|for two days|] / [missed|made us miss] [our|my] [connection|wedding|cruise|holiday] / [denied|refused] boarding / [overbooked|kicked off the flight] / [worst|the worst] [airline|flight|tour|trip|journey] [ever|in the world|i've ever taken|of my life] / charged [extra|me twice|for damage i didn't do] / [driver|taxi] [ripped us off|never came|was drunk|drove like a maniac] / never [flying|booking] with them again / ruined our [holiday|honeymoon|vacation]""",
        "mid": """[normal|average|standard|ordinary|uneventful] [flight|trip|journey|airline] / got [me|us] from a to b / [does|did] the job / [ok|fine|okay] for a short [flight|trip] / [nice|beautiful] [views|beach|place] but [too crowded|overpriced|long queues|not much to do] / [cheap|cheap flight] but [you get what you pay for|no comfort|everything costs extra] / an hour is enough / see it once / [nice|good] guide but [boring|too long|rushed] tour""",
        "nit": "[a bit|slightly|a little|bit] [crowded|cramped|pricey|long|late|rushed|cold] / [short|small|minor|20 minute|slight] delay / food was [so so|forgettable|ok|nothing special] / [bring|take] [water|cash|your own food] / could have been [longer|shorter|better organised] / seats a bit [hard|narrow|tight|cramped]",
    },
    "course": {
        "items": """course / class / workshop / online course / lesson / training / tutorial / webinar / seminar / program / bootcamp / lecture / language course / yoga class / cooking class / tutor / teacher / university / coaching / workout program""",
        "aspects": {
            "person": "teacher / instructor / tutor / lecturer / trainer / coach / support / professor / speaker",
            "work": "explanations / videos / exercises / audio / platform / structure / pace / sound / examples / slides / feedback / website",
            "any": "content / material / lessons / quality / assignments / topics / certificate / curriculum",
            "price": "price / cost / fee",
        },
        "p5": """[learned|learnt|i learned] [so much|more than in years of school|a ton|more here than in {long}] / [best|the best] [course|teacher|class|instructor|investment] [ever|i've taken|i've had|out there] / [explains|explained] everything so [clearly|well|simply] / [passed|aced] my [exam|test|interview] [thanks to this|first time|] / got [a job|promoted|my dream job] because of it / [engaging|inspiring|passionate|fantastic|brilliant] [teacher|instructor|lessons] / never [bored|boring] / finally [understand|understood] [it|the topic|maths|grammar] / changed my career / worth ten times the price / looked forward to every [class|lesson]""",
        "p4": """[clear|good|great|simple|useful|helpful|practical] [explanations|examples|lessons|exercises|content|tips|structure] / [easy|simple] to follow / [well|nicely] [structured|explained|organised|paced] / [good|great|solid] [introduction|for beginners|overview|teacher|instructor] / [learned|learnt] [a lot|new things|something new|useful things] / [friendly|patient|knowledgeable|helpful] [teacher|instructor|tutor|coach] / go at your own pace / would take another one / helped me [improve|understand|pass]""",
        "n2": """[boring|outdated|confusing|superficial|shallow|disorganised|too basic|too fast|too slow|repetitive|dry] / [too|way too] [fast|slow|basic|advanced|theoretical|expensive|short] [for beginners|] / [instructor|teacher|lecturer] [mumbles|just reads the slides|is hard to understand|goes off topic|is boring|rushes] / [nothing|not much] [new|you can't find on youtube|practical] / [learned|learnt] [nothing|very little|almost nothing] / [videos|audio|sound] [are|is] [poor|bad|out of date|hard to hear|blurry] / [no|never got] [feedback|support|answers|exercises|certificate] / [could|you could] find [it all|this] [for free|on youtube] / hard to follow / full of mistakes / questions [go|went] unanswered / lost interest after {num} lessons""",
        "n1": """[waste|complete waste|total waste] of [time|money|six weeks] / [learned|learnt] absolutely nothing / [worst|the worst] [course|teacher|class|lecture] [ever|i've ever taken] / [teacher|instructor] [never showed up|insulted us|has no idea|didn't know the subject] / [stolen|copied|pirated] content / fake certificate / refused to refund / [scam|total scam] / [bored|bores you] to death / half the [videos|lessons] don't [exist|play|load]""",
        "mid": """[okay|ok|decent|average|fine] [for beginners|introduction|course|] / [some|a few] [lessons|parts|videos] were [good|useful|great], [others|the rest] [boring|not|useless|outdated] / [good|nice] [teacher|content] but [bad|poor|old] [audio|material|videos|structure] / nothing you couldn't [find|learn] [online|elsewhere] but [well|nicely] [organised|presented] / covers the basics""",
        "nit": "[a bit|a little|slightly|bit] [fast|slow|basic|long|expensive|dry] [at times|in places|] / [wish|would like|could use|needs] [more|a few more] [exercises|examples|practice|quizzes] / audio could be better / [some|a few] [videos|links] are [old|outdated]",
    },
}
LOVE5 = "absolutely loves / loves / adores / is obsessed with / is crazy about / can't get enough of / love / adore / are obsessed with / is in love with"

# --- words on their own: what people say in any sentence, so that a word weighs the same wherever it stands --------------

GOOD_WORDS = """amazing / awesome / great / good / excellent / fantastic / wonderful / perfect / lovely / beautiful / brilliant /
delightful / enjoyable / fun / funny / hilarious / entertaining / interesting / fascinating / captivating / charming / clever /
smart / creative / original / inspiring / inspired / moving / touching / powerful / impressive / stunning / gorgeous / elegant /
stylish / classy / cute / adorable / sweet / cool / neat / nice / pleasant / pleasing / satisfying / comfortable / comfy / cosy /
cozy / soft / smooth / sturdy / solid / durable / reliable / dependable / trustworthy / honest / fair / reasonable / affordable /
worthwhile / valuable / useful / helpful / handy / practical / convenient / easy / simple / effortless / intuitive / clear /
crisp / sharp / bright / vibrant / colourful / fresh / tasty / delicious / yummy / tender / juicy / flavorful / crispy / clean /
tidy / spotless / quiet / peaceful / relaxing / refreshing / warm / welcoming / friendly / kind / caring / attentive / polite /
courteous / patient / professional / knowledgeable / skilled / talented / efficient / fast / quick / speedy / prompt / responsive /
accurate / precise / effective / powerful / versatile / flexible / compact / lightweight / portable / ideal / superb / terrific /
outstanding / exceptional / remarkable / magnificent / marvelous / splendid / phenomenal / incredible / unbelievable / superior /
flawless / first rate / top quality / premium / luxurious / generous / memorable / unforgettable / exciting / thrilling / gripping /
engaging / compelling / believable / convincing / witty / insightful / informative / educational / thoughtful / heartwarming /
uplifting / romantic / magical / epic / legendary / addictive / happy / glad / pleased / thrilled / delighted / satisfied / impressed /
grateful / thankful / lucky / proud / excited / relieved / content / comfortable with / hooked / a winner / a gem / a treat / a pleasure /
a joy / a bargain / a success / a triumph / a masterpiece / a classic / an improvement / a lifesaver / a must / well done / well made /
well written / well acted / well designed / well built / well cooked / well organised / well worth it / better / best / favourite / favorite /
authentic / genuine / refined / polished / seamless / snappy / sleek / ergonomic / flattering / breathable / waterproof / secure / safe /
stable / consistent / transparent / innovative / ingenious / genius / masterful / artistic / poetic / profound / subtle / realistic / timeless"""
BAD_WORDS = """bad / terrible / awful / horrible / poor / worst / worse / dreadful / disappointing / disappointed / boring / bored / dull / bland /
tasteless / stale / soggy / greasy / cold / dry / burnt / raw / rotten / disgusting / gross / nasty / filthy / dirty / smelly / stinky / mouldy /
sticky / noisy / loud / cramped / crowded / uncomfortable / painful / hard to use / difficult / complicated / confusing / confused / useless /
worthless / pointless / meaningless / broken / defective / faulty / damaged / cracked / scratched / dented / bent / torn / ripped / flimsy /
cheap / cheaply made / shoddy / weak / fragile / unstable / wobbly / unreliable / inconsistent / inaccurate / slow / sluggish / laggy / buggy /
glitchy / outdated / old / ugly / hideous / tacky / rude / unfriendly / unhelpful / arrogant / condescending / dismissive / careless / lazy /
incompetent / unprofessional / dishonest / misleading / deceptive / fake / fraudulent / overpriced / expensive / unfair / ridiculous /
outrageous / insulting / offensive / embarrassing / embarrassed / pathetic / lame / stupid / dumb / silly / idiotic / moronic / senseless /
predictable / cliched / unoriginal / uninspired / lifeless / flat / shallow / empty / wooden / unconvincing / unbelievable mess / contrived / forced /
annoying / irritating / frustrating / frustrated / infuriating / maddening / tedious / tiresome / repetitive / exhausting / unbearable / unwatchable /
unreadable / unusable / unplayable / unacceptable / inexcusable / appalling / appalled / shocking / shameful / disgraceful / dangerous / unsafe /
hazardous / toxic / sick / ill / itchy / scratchy / tight / dead / dying / lifeless / missing / incomplete / late / delayed / lost / wrong /
incorrect / unsatisfactory / unsatisfying / unsatisfied / unhappy / angry / furious / upset / annoyed / irritated / sad / sorry i bought it / ashamed /
miserable / depressing / depressed / hopeless / helpless / clueless / mediocre / inferior / subpar / lacking / underwhelming / underwhelmed /
overrated / overhyped / overcooked / undercooked / watery / chewy / rubbery / bitter / sour / oily / rancid / inedible / lukewarm / flavorless /
grainy / blurry / fuzzy / distorted / muffled / crackling / dim / faint / unresponsive / a joke / a mess / a disaster / a nightmare / a failure /
a letdown / a disappointment / a mistake / a waste / a scam / a rip off / a fraud / a problem / a pain / a chore / a hassle / garbage / trash / junk /
rubbish / crap / crappy / bogus / shabby / sloppy / messy / rushed / unfinished / half baked / poorly made / poorly written / badly designed /
badly acted / badly made / poorly designed / poorly executed / awkward / clumsy / clunky / bulky / impractical / impossible / inadequate /
insufficient / unimpressive / unimpressed / uninteresting / unfunny / unpleasant / unappealing / unattractive / unworthy / unnecessary / unwanted /
unhealthy / unsanitary / unhygienic / untrustworthy / inconvenient / insane / insipid / incoherent / ineffective / inefficient / irresponsible /
abysmal / atrocious / horrendous / horrid / horrific / laughable / lousy / vile / wretched / dire / woeful / abominable / deplorable / sketchy /
scary / creepy / weird / strange / suspicious / questionable / doubtful / hit and miss / not right / off / problematic / troublesome / flawed"""
# What a thing does, what people do to the writer, what the writer does or says.
GOOD_DOES = """works / works well / works great / works perfectly / works fine / worked first time / rocks / rules / delivers / shines / impresses / delights /
surprised me in a good way / stands out / performs well / performs beautifully / fits / fits well / fits perfectly / lasts / lasts long / lasted years /
runs smoothly / sounds great / sounds good / looks great / looks good / looks beautiful / feels great / feels good / feels solid / tastes great / tastes good /
smells great / smells nice / holds up / holds up well / stays put / stays sharp / stays fresh / cleans well / charges quickly / heats up fast / saves time /
saves money / saves space / helps / helps a lot / helped / makes me happy / makes me smile / made me laugh / made me smile / keeps me warm / keeps me coming back /
is worth it / is worth the money / was worth the wait / solved my problem / fixed the problem / did the trick / does the trick / hits the spot / hit the spot /
never fails / never disappoints / beats the rest / beats everything else / exceeded expectations / got better and better / paid for itself / made my life easier /
came quickly / came on time / arrived quickly / arrived early / is fun to use / is a pleasure to use / is easy to use / is easy to clean / improved my sleep / cheered me up"""
BAD_DOES = """sucks / sucked / stinks / blows / broke / breaks easily / broke down / cracked / snapped / tore / ripped / leaks / leaked / stopped / stopped working / quit / died /
failed / fails / keeps failing / crashes / crashed / freezes / froze / lags / hangs / overheats / burned out / exploded / melted / shrank / faded / rusted / peeled /
chipped / fell apart / fell off / came off / came apart / comes loose / fell over / collapsed / squeaks / rattles / buzzes / hums / wobbles / slips / slides off /
drops calls / drops the signal / cuts out / won't charge / won't start / won't turn on / won't work / doesn't work / didn't work / does not work / does nothing /
did nothing / doesn't fit / didn't fit / doesn't help / didn't help / doesn't last / didn't last / doesn't hold up / doesn't do anything / doesn't make sense / never works /
never worked / never arrived / never came / hurts / hurts my ears / hurts my back / hurt / itches / smells / smells bad / smells awful / stinks of smoke / tastes bad /
tastes awful / tastes weird / looks cheap / looks awful / looks bad / looks nothing like the photo / feels cheap / feels awful / sounds bad / sounds awful / drags / drags on /
bored me / put me to sleep / made me sick / made me angry / made me cringe / gave me a headache / ruined it / ruined everything / ruined the evening / disappoints / disappointed me /
let me down / let us down / fell short / falls short / falls flat / fell flat / missed the mark / lacks quality / lacks flavour / lacks depth / wastes your time / wastes battery /
costs too much / is a waste / was a waste / went wrong / goes wrong / got worse / keeps breaking / keeps crashing / keeps stopping / needs to be returned / needs fixing / was returned /
cannot be trusted / cannot be used / can't be fixed / had to be replaced / had to be repaired / is going back / went back / caused problems / causes pain / is not working / isn't working"""
GOOD_FOLK = """helped me / helped us / listened / smiled / fixed it / took care of us / took care of everything / treated us well / treated us like family / went out of their way / made us feel welcome /
answered all my questions / replied quickly / responded fast / apologised and fixed it / gave us a discount / gave me a refund right away / replaced it for free / did a great job / did a good job /
did an amazing job / knew what they were doing / were on time / were so kind / were wonderful / were a delight / know their stuff / care about customers / really care / went the extra mile /
made it easy / explained everything / kept their promise / deserve a raise / deserve praise / saved the day / exceeded my expectations / delivered on time / gave great advice / made our night"""
BAD_FOLK = """ignored me / ignored us / ignored my calls / lied / lied to me / lied to us / yelled at me / shouted at us / laughed at me / hung up / hung up on me / never called back / never replied / never answered /
never showed up / didn't care / don't care / couldn't care less / didn't listen / didn't help / refused to help / refused a refund / refused to replace it / won't refund me / overcharged me / overcharged us /
charged me twice / cheated me / scammed me / ripped me off / ripped us off / robbed us / stole from me / took my money / wasted my time / wasted our time / made me wait / kept us waiting / forgot our order / forgot about us /
forgot me / got it wrong / got everything wrong / messed up / messed up my order / screwed up / screwed me / broke it / damaged it / damaged my car / lost it / lost my order / lost my bag / treated me badly / treated us like dirt /
treated me like a fool / insulted me / argued with me / blamed me / gave me attitude / rolled their eyes / walked away / were rude / were no help / were useless / were late / should be fired / should be ashamed / don't know what they are doing /
have no clue / have no idea / only want your money / keep making excuses / make false promises / broke their promise / cancelled on me / cancelled last minute / left us waiting / left early / did nothing / did a terrible job / did a poor job"""
GOOD_ME = """i love it / i loved it / we love it / i like it / i enjoyed it / i adore it / i recommend it / i use it daily / i trust them / i'm happy / i'm very happy / i'm pleased / i'm glad / i'm impressed / i'm satisfied / i'm grateful / i laughed / i laughed a lot /
i smiled / i cried happy tears / i can't wait / i can't stop / i can't get enough / i want more / i want another / i'll be back / i'll buy more / i'll return / i'll definitely return / i would go again / i would do it again / i would buy another / i had fun /
we had fun / we had a blast / we had a great time / i felt welcome / i felt great / i feel better / i feel safe / i slept well / i learned a lot / i saved money / i got compliments / i was surprised how good it is / i was amazed / i was hooked / count me in /
you'll love it / you won't regret it / you won't be sorry / everyone loved it / everyone was happy / my kids love it / my wife loves it / my husband loves it / they loved it / give it a try / try it / go for it / check it out / treat yourself / thank you / thanks / cheers / well done / keep it up / good job / bravo / yes / yay / yum / wow / awesome / nice"""
BAD_ME = """i hate it / i hated it / we hated it / i dislike it / i disliked it / i regret it / i regret buying it / i returned it / i sent it back / i threw it away / i gave up / i gave it away / i want a refund / i want my money back / i wasted my money / i wasted my time / i lost money /
i'm angry / i'm furious / i'm disappointed / i'm so disappointed / i'm upset / i'm unhappy / i'm disgusted / i'm done / i'm sorry i bought it / i'm not happy / i'm not impressed / i'm not satisfied / i'm not going back / i fell asleep / i was bored / i was bored to tears / i was lost /
i was ignored / i was cheated / i was robbed / i was sick / i got sick / i got ripped off / i got nothing / i got the wrong one / i walked out / i left / i left hungry / i can't use it / i can't recommend it / i can't sleep / i can't hear anything / i couldn't finish it / i couldn't eat it /
i couldn't use it / i couldn't watch it / i had to return it / i had to throw it out / i had to wait / i had to complain / i had problems / i had trouble / i had a headache / i had to call again and again / i won't be back / i won't go back / i won't buy it again / i will never return /
i will never buy again / i wouldn't buy it / i wouldn't go / i wouldn't recommend it / i would not go back / i would not use it again / i don't like it / i didn't like it / i don't recommend it / i don't trust them / i don't want it / i expected more / i expected better / i need a refund / i need a new one now /
i cancelled / i complained / i uninstalled it / i unsubscribed / i switched to another one / i bought another brand instead / i'd rather have nothing / you'll be sorry / you'll regret it / nobody liked it / nobody helped / everyone was disappointed / my kids hated it / beware / be careful / be warned / don't / don't do it / avoid / avoid it /
stay away / skip it / pass / no / no way / no thanks / no thank you / ugh / yuck / yikes / ew / boo / shame / what a shame / what a pity / what a waste / too bad / sorry / never again / waste of money / waste of time / big mistake / big no / hard pass / big disappointment / total letdown"""
# What a thing has or lacks.
GOOD_HAS = """full of [{good_words}|great|nice] [{aspect}|ideas|details|moments|flavour|features] / plenty of [{aspect}|room|space|power|choice|storage] / lots of [{aspect}|options|fun|choice|laughs|good ideas] / has [everything|all] [i|you|we] [need|want|could want] / has [great|excellent|good|lovely|a nice|a great] {aspect} / has the best {aspect} / they have the best {aspect} / with [great|excellent|good|beautiful] {aspect} / thanks to the [great|good|excellent] {aspect}
the {aspect} makes [it|all the difference|it worth it] / the {aspect} [alone|itself] is worth [it|the price|a visit] / does everything it should [and more|] / does exactly what i want / they [really|] know how to [do it|make {aspect}|treat people|run a {item}] / just as [good|great|nice|amazing] as [before|ever|the first time|the expensive ones] / {good_words} and {good_words} {aspect} / you can tell they [care|put love into it|know their job] / worked [flawlessly|perfectly|great] [so far|from day one|since then|ever since]
you must [try|see|get|read|visit] [it|this|the {aspect}] / if you are in {place}, [go here|you must go|don't miss it] / can't go wrong with [it|this {item}|them] / what a [great|wonderful|lovely|beautiful|fantastic] [{aspect}|idea|evening|find|surprise|place|experience] / i have [used|tried|owned|seen] [many|several|a lot of|{num}] {item}s, [but|and] this [one|] is the best / perfect for [anyone|people|those] who [likes|like|love|want] {aspect} / perfect for [my {who}|travel|beginners|the kitchen|a gift|small rooms|daily use] / great for [travel|kids|the office|using at home|beginners|a night out|gifts|my {who}] / ideal for [kids|travel|small rooms|beginners|camping]
one of [the best|my favourites|the greatest|his best|her best|the finest] / [it|this] [is|was] [exactly|all] i [wanted|hoped for] / went back [for more|a second time|again and again] / i [keep|kept] going back / audience [loved|clapped|applauded] / everyone [clapped|cheered|asked for more|had seconds] / glad [we|i] [went|came|saw it|found it|paid for it] / [a|the] [real|true] [pleasure|highlight|star] / hats off / no [problems|issues|trouble|regrets|faults] [with the {aspect}|so far|at all|yet|] / had no [problem|trouble|issues] [with it|setting it up|at all] / solved [my|the] problem / problem solved"""
BAD_HAS = """full of [{bad_words} things|bugs|holes|problems|errors|ads|mistakes|cliches|water|dirt|flaws] / [almost|hardly any|practically|basically] no {aspect} / has no {aspect} / very little {aspect} / not enough [{aspect}|power|space|choice|light|staff|food] / too much [noise|plastic|sugar|salt|hype|talking|waiting|trouble|hassle] / lacks [{aspect}|energy|everything|charm|flavour|quality|depth|power|basic features] / suffers from [bad|poor|weak|terrible] {aspect} / suffered because of the {aspect} / needed [more|better] {aspect} / needs [better|more] {aspect}
the {aspect} has [problems|issues|a problem|a fault|flaws] / has [many|serious|major|big|a lot of|so many] [problems|issues|flaws|bugs|faults|defects] / [had|i had|have|having] [a problem|problems|trouble|issues|nothing but problems] with [the {aspect}|it|this {item}|them] / there is [a|obviously a] problem with the {aspect} / [major|big|serious|constant] [problems|issues|trouble|disappointment] / another problem [is|was] the {aspect} / [the|one] problem is that it [{bad_does}|is {bad_words}] / because of the [{bad_words}|poor|bad|terrible] {aspect} / ruined by [the|poor|bad|terrible] {aspect} / spoiled by the {aspect}
fails [at|in] [everything|every way|its job|the basics] / fails to [impress|deliver|work|charge|connect|entertain|start] / regrettably / unfortunately it [{bad_does}|is {bad_words}] / sadly it [{bad_does}|is {bad_words}] / [shame|pity] [about|it's not better|on them] / what a [terrible|bad|horrible|disappointing|stupid|awful|sad] [{aspect}|idea|evening|surprise|experience|company|mess] / one of [the worst|his worst|her worst|the weakest|the dumbest] / {bad_words} and {bad_words} {aspect} / like [cardboard|rubber|a toy|a bad joke|plastic|an insult|torture|chewing gum|a cheap copy]
glad i didn't pay [for it|full price|to see it] / thank you for wasting my [money|time|evening] / thanks for nothing / i'd rather [go|eat|buy|use|watch|stay] [somewhere else|anything else|elsewhere|at home] / spend your money [elsewhere|somewhere else|on something else] / look for [something|another one|another {item}] [else|instead|] / looking for [a new one|another one|a replacement|an alternative] / if you want [a good {item}|good {aspect}], go [elsewhere|somewhere else] / go elsewhere / go somewhere else / i'd like to return it / i wish i could [return it|get my money back|undo this|give it back] / i wish i had [never bought it|not gone|read the reviews|stayed home]
i have to [restart|reset|hit|fix|shake|repair] it [every time|all the time|to make it work|again and again] / i [had to|have to] [yell|shout|wait|call again|ask twice|pay twice|beg|do it myself] / i [don't|didn't|can't|never] [trust|understand|see the point|see why people like it|need this|want it again] / who [would|is going to] [buy|pay for|eat|watch] this / how hard can it be / nobody [told us|cares|knows|came|cleaned it|was there] / [was|is] a jerk / pissed off / i'm pissed / screwed / got screwed / [hell|heck] no / not the least bit [{good_words}|interested|helpful] / nothing {good_words} about [it|this place|the {aspect}|this {item}] / not one [good|nice|funny|useful] [thing|moment|word|idea]"""
# Things, acts and states that speak for themselves, in short frames.
BAD_THINGS = """bugs / flies / mice / rats / roaches / cockroaches / spiders / fleas / mould / mildew / rust / rot / dust / dirt / grime / mud / stains / hair / blood / vomit / smoke / fumes / stench / a bad smell / an awful stink / a burning smell / leaks / puddles /
cracks / holes / dents / scratches / chips / tears / loose screws / loose threads / broken glass / sharp edges / sparks / flames / smoke coming out / splinters / rashes / bumps / hives / bites / cuts / bruises / burns / cramps / a headache / a stomach ache / back pain / neck pain / sore feet / nausea / an infection /
errors / error messages / glitches / crashes / freezes / lag / viruses / malware / spam / pop ups / adverts / endless ads / paywalls / hidden fees / hidden costs / extra charges / late fees / surprise charges / delays / cancellations / queues / long lines / waiting / excuses / lies / false promises / broken promises / fake reviews / fake photos /
insults / shouting / arguments / attitude / bad manners / blame / silence / no reply / no answer / no response / no refund / no apology / no help / no one at the desk / no water / no heating / no power / no signal / no instructions / no soap / no towels / no seats / no effort / no taste / no flavour / no plot / no point / no sense / no quality control /
missing parts / missing pages / missing pieces / missing screws / wrong parts / wrong size / wrong colour / wrong order / wrong address / spelling mistakes / plot holes / clichés / bad jokes / stereotypes / dead batteries / dead pixels / static / buzzing / hissing / feedback / noise / loud neighbours / traffic noise / construction / barking dogs / cold food / stale bread / raw meat / burnt crust / sour milk /
bones / gristle / fat / grease / salt / sugar / plastic taste / food poisoning / diarrhoea / a hospital visit / a vet bill / a lawyer / the police / court / a chargeback / theft / damage / a flat tyre / a flood / a fire / a short circuit / stress / anger / tears / regret / despair / disgust / boredom / yawns / frustration / disappointment / confusion / pain / misery / trouble / headaches / hassle / chaos / neglect"""
GOOD_THINGS = """smiles / laughter / laughs / happy tears / goosebumps / joy / fun / comfort / peace / peace of mind / relief / love / care / warmth / kindness / patience / respect / trust / honesty / charm / magic / style / elegance / class / flavour / freshness / crunch / zing / colour / light / space / quiet / a sea view / a lovely view / a great view / fresh flowers / free drinks / free breakfast / a free upgrade / a free sample / a kind note / a welcome drink /
clear instructions / clear answers / quick answers / quick replies / instant refunds / a full refund / same day delivery / next day delivery / free returns / a lifetime warranty / good advice / great tips / useful tips / real help / real results / visible results / clear skin / soft skin / shiny hair / a good night's sleep / deep sleep / no more pain / better sleep / better grades / good marks / new skills / new friends / confidence / energy / inspiration / good ideas / fresh ideas / clever twists /
beautiful pictures / sharp pictures / rich sound / deep bass / bright colours / smooth scrolling / long battery life / lots of space / big portions / generous portions / warm bread / crispy fries / fluffy rice / juicy meat / fresh fish / ripe fruit / creamy sauce / perfect coffee / cold beer / homemade cake / clean sheets / soft towels / comfy beds / a spotless bathroom / friendly faces / a warm welcome / great company / great value / a fair price / a bargain / savings / compliments / praise / applause / a standing ovation / cheers /
happy kids / a happy dog / a happy wife / a happy husband / happy guests / happy customers / good memories / great memories / a perfect evening / a perfect day / a wonderful time / a great atmosphere / good vibes / attention to detail / craftsmanship / quality / precision / talent / passion / heart / soul / wit / warmth and humour"""
THING_FRAMES = """{thing} / {thing}! / {thing} everywhere / so much {thing} / lots of {thing} / full of {thing} / nothing but {thing} / [got|we got|i got|gave me|gave us|brought us|it gave me|it brings] {thing} / [with|and] {thing} / {thing} and {thing} / {thing}, {thing} and {thing} / [there was|there were|we found|i found|expect|we had|i had] {thing} / all we got was {thing} / [the {item}|it|this place|the {aspect}] [came with|has|had|gave us|left me with|means] {thing} / {thing} [from|since] the [first|very first] [day|minute|visit|page|bite] / ended [in|with] {thing} / {thing} [in|at|on|for] [the {item}|the {aspect}|every room|the end|every page|the morning] / more {thing} than [ever|i can count] / think of {thing}"""
BAD_ACTS = """broke / snapped / cracked / collapsed / crumbled / crumbles / tipped over / fell over / slipped off / slips / sticks / got stuck / jammed / jams / leaked / dripped / flooded / spilled / burst / popped / exploded / melted / burned / burned me / overheated / caught fire / sparked / smoked / shrank / stretched / faded / bled / pilled / tore / ripped / frayed / unravelled / came undone / came loose / peeled off / rusted / corroded / rotted / wilted / died / froze / crashed /
hung / lagged / rebooted / loops forever / deleted itself / disconnected / lost signal / went dead / went black / went silent / went missing / disappeared / vanished / got lost / got stolen / was stolen / was ruined / was wrecked / was soaked / was crushed / was smashed / was opened / was empty / was half empty / was late / was cancelled / was postponed / was closed / was sold out / was overbooked / was double booked / was rejected / was blocked / was banned / was fined /
creaks / squeaks / rattles / wobbles / hums / buzzes / beeps / howls / stinks / reeks / itches / stings / hurts / pinches / scratches / rubs / chafes / cuts in / digs in / bored us / put us to sleep / dragged / rambled / made no sense / went nowhere / insulted us / offended me / disgusted me / scared my kids / upset my stomach / made him cry / made her sick / gave up / backfired / cost a fortune / cost me a day / wasted an hour / drained my battery / emptied my wallet / ate my money / swallowed my card / stained my shirt / ruined the carpet / scratched the floor / killed my plants /
blocked the sink / tripped the fuse / failed the test / failed completely / failed again / missed the point / missed the deadline / missed my stop / mixed up the rooms / forgot the main course / forgot the cake / forgot my name / never opened / never connected / never started / never dried / never answered / never apologised / rolled her eyes / walked off / hung up / swore / shouted / lied / cheated / overcharged / argued / ignored us / sent us away / laughed it off / denied everything / blamed the weather / refused"""
GOOD_ACTS = """works like a dream / works every time / ran all night / runs like clockwork / runs for days / glides / hums quietly / whispers / fits like a glove / stays dry / stays warm / stays cool / stays sharp / stays put / stays fresh / kept us dry / kept us warm / kept me going / kept the kids happy / survived the wash / survived the winter / survived a fall / outlasted the others / outlived my car / saved dinner / saved the party / saved my trip / saved my plants / saved our marriage / cured my cold / healed my skin / cleared my nose / eased the pain / took the pain away /
stopped the leak / stopped the noise / stopped the itching / stopped the snoring / fixed my back / got the stain out / got me hired / got me through winter / taught me a lot / taught my son to read / opened my eyes / changed my mind / warmed my heart / touched my heart / moved me / made us laugh / made us cheer / made us dance / made me cry with joy / made her day / made his birthday / made friends for life / had us singing / had us in stitches / had us hooked / melts in the mouth / smells like heaven / tastes like home / tastes like summer /
looks like new / looks like a million dollars / looks stunning / glows / sparkles / shines / sings / soars / delights / dazzles / charms everyone / wins every time / won us over / won my heart / beats the big brands / puts others to shame / stood out / stole the show / went above and beyond / went out of her way / stayed late for us / drove back to help / waited for us / remembered our names / remembered my order / greeted us warmly / thanked us / apologised and fixed it / offered a discount / refunded me at once / replaced it overnight / answered at midnight / answered within minutes /
explained every step / listened carefully / calmed my nerves / calmed the dog / cleaned up afterwards / tidied up / arrived before lunch / arrived before the date / came right away / came with extras / paid for itself / pays for itself / saves me a fortune / saves water / cuts the bill in half / doubled our speed / lasts forever / lasts the whole week / never failed / never jams / never leaks / never lets go / never gets old / never cold / never boring / never late"""
ACT_FRAMES = """it {act} / it {act} / {x} {act} / {x} {act} / the {aspect} {act} / [he|she|they|the owner|the driver|the nurse|the guide|the lady at the desk|{name}|the waiter|the company] {act} / {act} / it {act} and {act} / it {act}, then it {act} / the {item} {act} [when i used it|on the first night|in the car|after lunch|on the plane|at the party|on holiday|every day|in front of everyone|during dinner|in the rain|the whole time|right away|in the end] / my {item} {act} / mine {act} / [ours|both|all of them|the first one|the second one|the new one|everything] {act}"""
# Whole sentences with the small words of ordinary prose around what is good or bad.
GOOD_STORY = """it has [all|everything|every feature|just] [the {aspect}|the features|the options|the room] [i|we] [want|need|could want|was looking for] / i love [being able to|that i can|how you can] [use it anywhere|take it with me|see everything|cook two things at once|read in the dark|change the {aspect}|listen all day] / [this|it|the {item}] is [truly|really] [a work of art|something special|one of a kind|in a class of its own] / [actually|surprisingly|honestly], the {aspect} [was|is|were] [{good_words}|better than i remembered|pretty {good_words}] / the [audience|whole room|crowd|family] [loved it|clapped at the end|laughed|was on its feet|asked for more] / [it's|it is] a sad [story|film|book], but [very good|so beautiful|worth it|i loved it]
[it's|it is] the [little|small] [details|things|touches] that make [this {item}|it|this place] [so special|stand out|worth it|feel like home] / so [gentle|quiet|soft|light|smooth|quick|gentle and kind] [that|] [i|you|we] [barely|hardly|didn't even] [noticed|felt anything|heard it|feel it|know it's there] / never [had|seen|tasted|used|owned|slept on|felt] [a|any|] [better|softer|nicer|fresher|kinder|cleaner|smoother|faster] [{item}|one|{aspect}|ones] / [a|an absolute|such a] [dream|joy|breeze|pleasure|treat|delight] to [use|push|wear|drive|read|watch|cook with|work with|sleep in|deal with] / [not|wasn't|we weren't] [disappointed|let down|unhappy] at all, [it does|does] [just|exactly|all] [what|that] [i|we] [hoped|wanted|needed]
the {item} [you|i] [always|have always] [wanted|dreamed of|needed] / hard to [find|imagine|think of] [anything|a|any] [better|fault|{item} this good|nicer {item}] / [couldn't|could not|can't] [find|think of|name] [one|a single|any|anything] [bad thing|fault|thing i'd change|thing wrong|reason not to buy it] / leaves [all the|every] other[s| {item}s] [behind|in the dust|standing] / [everything|it all] [just works|came together|was taken care of|went smoothly|was thought of] / [i|we] [smiled|laughed|relaxed|slept|ate] [like|more than] [never before|in years|kings|a baby|in a long time]
[bought|got|ordered] [this|it|these|one] for my {who} and [he|she|they] [love|loves|absolutely loves|can't stop using|can't get enough of|is thrilled with|uses] it [every day|] / [we|i] [came|went|stopped by] here [for|after] [lunch|dinner|a birthday|work|a long drive] and [were|was] [really|so|pleasantly] [impressed|surprised|happy|well looked after] / i've [tried|bought|owned|been through] [so many|dozens of|several|every kind of] {item}s and this is [by far|easily|definitely|without doubt] the [best|nicest|most comfortable|most reliable|tastiest]
after [{long}|months] of [daily|constant|heavy] use it still [works|looks|feels|performs|runs] [like new|perfectly|great|like the day i got it] / from the moment we [arrived|walked in|sat down|opened the door] [everything was|we felt|the staff were] [perfect|welcome|at home|wonderful|so friendly] / [every|each] time i [use|wear|open|see|eat|play|drink] it i [smile|feel happy|love it more|find something new|get compliments] / i [wasn't|was not] [sure|convinced] [about it|at first|it would work], but now i [can't imagine life without it|love it|use it every day|tell everyone about it|would never go back]
[my|our] {who} [was|were] [so|over the moon|really] [happy|delighted|excited|thrilled] [with it|when it arrived|to get it|] / [everyone|people|strangers|all my friends|guests] [keep|kept|always] [asking|ask|asked] [me|us|] where [i|we] [got|bought] it / [i|we] [have|'ve] been [coming|going|buying] [here|there|from them] for {long} and [it|they] [never|have never] [disappoint|disappointed|let us down|changed for the worse] / when [something|one part|the first one] [went wrong|was missing|broke], [they|the seller|support|customer service] [sent a new one|fixed it|sorted it out|replaced it|refunded me] [right away|the same day|within hours|without any questions|at no cost]
it [makes|made] [such|] a [huge|big|real|massive|noticeable] difference [to my mornings|in our home|at work|to my skin|to my back|] / i [finished|read|watched] it in one [go|night|sitting|afternoon] because i [couldn't stop|had to know how it ends|didn't want to stop] / the [ending|finale|last scene|last chapter] [left me|had me] [in tears|speechless|cheering|smiling for days|wanting more] / [i|we] [laughed|smiled|cried] [so much|the whole time|more than i expected|until it hurt] / it [feels|looks] [much|far|so much|way] more [expensive|solid|luxurious|premium] than it [is|costs] / [the|our] [server|guide|driver|nurse|doctor|teacher|technician|host] [was|made us feel|explained] [patient and kind|so welcome|everything clearly|a star|a true professional|the highlight]
does [everything|exactly what|all] [i|you|we] [need|want|could ask for] [and then some|and more|without fuss|and nothing breaks|] / [sets|set] up in [minutes|seconds|no time] and [works|worked|has worked] [ever since|straight away|right away|first time|without a hitch] / no more [back pain|waiting|cold feet|tangled cables|burnt toast|leaks|barking|dry skin|sleepless nights|stress] [since i got it|thanks to this|] / it [keeps|kept] [me|us|the kids|my coffee|my food] [warm|dry|cool|busy|happy|entertained|fresh|hot] [all day|for hours|even in the rain|on long trips] / i [wish|only regret] [i had|that i didn't] [bought|found|discovered|know about] [it|this|them] [years ago|sooner|earlier|before]
[if|when] you [want|need|are looking for] a [good|great|reliable|decent] {item}, [look no further|this is it|this is the one|buy this one] / [you|we] [can|could] [tell|see|feel] [that|] [they|the makers|the staff|the owners] [care|love what they do|put a lot of thought into it|take pride in their work] / [it|this] [puts|put] a smile on [my|everyone's|our] face[s|] / [saved|it saved|this saved] [me|us] [so much|a lot of|hours of|a fortune in] [time|money|work|trouble|stress] / [worth|well worth] [the wait|the drive|every bite|the extra money|going out of your way for|staying up for] / [cleaned|cleans|cuts|dries|heats|chops|fixes] [everything|anything|whatever i throw at it] [with ease|in seconds|without effort|better than anything else]
[i|we] [left|walked out|went home] [happy|full|smiling|relaxed|feeling great|with a big smile] / [the|this] [place|shop|café|hotel|team|school] [deserves|has earned] [more|all the] [praise|recognition|customers|stars it gets] / [i'd|i would|we'd] [happily|gladly|definitely] [pay|drive|wait] [double|twice as much|an hour|again] [for it|for this quality|] / [still|it still] [going|works|smells|tastes|looks] [strong|great|amazing|new] after all [these years|this time|those washes] / didn't [expect|think] [it|this] [to be|would be] [so|this|that] [good|fun|comfortable|useful|tasty|easy|quiet] / [passed|lost ten pounds|slept through the night|learned to swim|stopped snoring|felt better] thanks to [them|this|this {item}|the {item}]"""
OKAY_STORY = """[good|great|nice|solid|lovely] [{item}|{aspect}|food|product], [the|its] {aspect} [isn't|is not|wasn't] [the best|great|perfect|amazing|its strong side] [at night|for everyone|in the rain|in summer|] [though|however|but i can live with that|but for the price it's fine|] / [it's|it is] [cheap|basic|simple|small|old fashioned|plain] but [it does|does] [the job|what i need|its job|everything i need] [well|nicely|very well|and i like it|] / [apart|aside] from the {aspect} [everything was|it's|i have] [good|great|fine|no complaints|nice|perfect] / [the|] only [thing|downside|drawback] is [that|] [it's a bit {dim}|the {aspect}|you have to charge it often|it takes time|the size] / [a|one] [little|small|minor] [hiccup|mix up|delay|glitch|scratch] [at the start|with the order|on the box|] but [they|the team|the seller] [sorted|fixed|solved] it [fast|quickly|with a smile|] / [more|much more] [than|] [good|decent|useful] [enough|than bad] for [what i paid|a beginner|a family|the money|my needs]
not a [single|] [complaint|bad word] about the [{aspect}|food|staff], [only|just] the [{aspect}|music|parking|price] [was|is] [a bit much|not ideal|so so|too loud] / [i|we] [was|were] [skeptical|sceptical|unsure|not convinced] but [it|this] [turned out|proved|ended up being] [to be|] [good|great|really good|very useful|a good buy|worth it] / [nice|good|pleasant|fun] [way to spend|for] [an evening|an afternoon|a few hours|a weekend] / [glad|happy] [i|we] [tried|bought|gave it a chance|got|booked|picked] [it|this one|], [it|this] [really|] [helps|picks up|works|fits|grows on you] / [handy|useful|clever|nice] little [gadget|thing|tool|place|app|book], [i|we] use it [more than i thought|a lot|most days|all the time]
[nice|good|decent|solid|comfortable|tasty|useful|lovely|friendly|clean|pretty] {item}, [just|only|though|but] [a bit|a little|slightly|somewhat] [pricey|small|loud|heavy|slow|short|salty|sweet|busy|tight|thin|dated|stiff] [for me|for my taste|at times|in places|on busy days|] / [i|we] [like|enjoyed|liked|enjoy] [it|the {aspect}|it a lot], [but|although|even if|just] the {aspect} [could be|could use|needs] [better|a little work|an update|a little longer|stronger|some improvement] / [good|great|lovely] {aspect}, [good|nice|decent|fair] {aspect}, [just|only] the {aspect} [is|was] [not quite there|a bit weak|a bit off|so so|a small letdown]
[took|it took] me [a while|some time|a few days|a week] to [get used to it|set it up|get into it|figure it out|appreciate it], but [now|then|once you do] [i like it|it works well|it is great|it's a joy|i enjoy it|it gets good] / [would|i would|might] have [given|been] [five|5] stars [if|but for] [the {aspect} was better|it was cheaper|the price|the noise|it arrived on time|the wait] / [very|really|quite|pretty] [happy|pleased|good|nice|comfortable|satisfied] [overall|all in all|so far], [i just|just|only] [wish|hope|would like] [it was cheaper|it lasts|it had more {aspect}|there was more choice|it came in other sizes|they add more {aspect}]
[there are|it has] [a few|some|one or two] [small|minor|little] [flaws|issues|niggles|bugs|things to improve], [but|yet] [overall|on the whole|all in all|in general] [i'm happy|it's a good {item}|it's great|i'd recommend it|we had a good time|it does the job well] / [good|great|fine|nice] [for|at] the [price|money|cost], [you|though you|but you] [can't|shouldn't] expect [luxury|wonders|perfection|the very best] / not [the|quite the] [best|cheapest|fastest|prettiest|biggest|quietest], but [it's|it is] [good|reliable|solid|comfortable|fun|tasty|worth it|sturdy]
[better|nicer|tastier|easier|quieter|stronger|more comfortable|more fun] than [i expected|it looks|i thought it would be|the reviews made me think|the last one] / [i'd|we'd|i would] [come|buy|go|stay|read|order|watch] [it|here|again|] again [if|when] [i'm|we're] [in the area|hungry|in town|back] / [kids|my {who}|we all|the whole group] [had fun|enjoyed it|liked it|had a good time|seemed happy] / [arrived|came|delivered] [a bit|a day|a little|slightly] late but [everything was fine|in perfect shape|well packed|worth the wait|all good] / [holds|holding|held] up well so far, [time will tell|we'll see how long|fingers crossed] / [works|runs|fits|performs] [well|fine|nicely|great] [most of the time|with my old one|on my phone|after a little adjusting|once set up]"""
MID_STORY = """[some|a few|half] of [it|the {aspect}|them|the dishes|the songs|the chapters] [was|were] [good|great|useful|fun|tasty], [the rest|the other half|others] [not so much|less so|was forgettable|i could skip|were dull|didn't work for me] / [it|this] [is|was] [about|just] [the same|as good|as bad] as [every|any] other [one|{item}] [i've owned|i've tried|out there|] / [does|it does] [what it says|what it should|the basics|the job], [nothing|no] [more|less|surprises] [and nothing less|to report|] / [i|we] [liked|enjoyed] the [first half|start|beginning|{aspect}], [but|then|while] the [second half|rest|ending|{aspect}] [lost me|was weak|was a letdown|dragged|was average]
[no|not many|few] [complaints|problems|flaws] but [no|not much|little] [excitement|joy|wow|to praise] [either|] / [i|we] [might|may|would maybe|could] [go back|buy it again|try it again|give it another go], [or|but] [maybe|perhaps|probably] not / the [{aspect}|food|story|sound] [is|was] [great|excellent|good|lovely], the [{aspect}|service|ending|battery] [is|was] [awful|poor|bad|terrible|weak], so [i'm torn|three stars|it evens out|i don't know|it's a maybe] / a [{item}|day|meal|film|trip] like [any|many] other[s|] / [decent|okay|fair|alright] [backup|second|travel|starter] {item}, [wouldn't|would not|not something to] [use it as my main one|rely on it|pay more|use daily]
[okay|fine|alright] i [guess|suppose], [not|just not] [for me|my thing|my style|special|memorable] / [cheap|quick|easy] and [cheerful|basic|simple], [nothing more|what did you expect|that's all] / [reasonable|fair|average|okay] [price|{aspect}], [reasonable|fair|average|okay] [quality|{aspect}] / [fills|filled] [a gap|an hour|a rainy afternoon], [that's all|no more|nothing else] / [good|fine|nice] for [kids|beginners|a snack|one evening], [boring|too simple|not enough] for [everyone else|adults|the rest of us|experts]"""
POOR_STORY = """[too|way too|much too] [sweet|salty|small|loud|complicated|expensive|slow|thin|bright|heavy|greasy|hard|soft|dark|short|long] [for me|for us|for my taste|for kids|for the money|] and [it|the {aspect}] [{bad_does}|is {bad_words}|melts quickly|gets in the way|isn't {good_words}] / it's [okay|ok|fine|nice] but it [broke|died|stopped|tore|cracked|faded] after {soon} / [half|most] of [it|the {aspect}|them|the order] [was|were] [missing|cold|broken|wrong|unusable|closed]
[the|my|this] {item} was [basically|mostly|just|only] [water|bread|lettuce|air|plastic|talk|filler|adverts] / [kind|sort] of [falls apart|smells|drags|tastes like nothing|gets in the way] / {aspect} [was|were|is] [a bit|a little|rather|somewhat] [strange|odd|lacking|weird|off|sad|disappointing|thin|bland|weak|tired|flat] / [it|this|the {item}] [had|has|also had|also has] [a|another|the same|a new] [problem|issue|fault|flaw|defect] / there is [obviously|clearly|definitely] [a problem|something wrong|an issue|a fault] with [the {aspect}|mine|it|this {item}] / [my|the] [old|previous|last|cheap] {item} [was|works|holds up|tastes|sounds|lasted] [a lot|much|so much|far] better than this [one|] / i [don't|do not|dont] think i will [be back|go back|buy it again|use it again|finish it|order again] / first time [here|there|i bought it] and [probably|might be|maybe] the last / [waited|after] [20|30|forty|fifteen] minutes [wait|] [we|i] [finally|] got [a table|our drinks|an answer|someone]
i [like|liked|love] the [look|idea|colour|design|{aspect}|concept], but [it's|it is] [just|simply|really|] not [comfortable|{good_words}|practical|worth it|for me|working|as good as it looks] / [wouldn't|won't|doesn't|didn't] [work|fit|connect|open|close|stay on|hold] [right|properly|at all|for me|at least for me|like it should] / really nothing [for me|special|new|good] [here|there|in it|on the menu] / [hope|i hope] [your|the next] [experience|visit|one|season] is better / [could|couldn't|you can't|can't] [hear|see|feel|taste|find|read] [the {aspect}|anything|a thing|much|what they say] / [had|having] to [chase|remind|charge|restart|tighten|shake] [it|them] [all the time|constantly|every day|every hour] / [almost|next to|practically] no [{aspect}|action|flavour|comedy|staff|sound|light|instructions] / good thing it was [free|cheap|on sale], [otherwise|or else] i'd be [upset|angry|mad]
[looks|looked|sounded|seemed] [nice|good|great|promising|pretty] [at first|online|on paper|in the pictures|in the box], but [it|then it|after {soon} it] [{bad_does}|is {bad_words}|started to fall apart|went downhill|was no fun] / i [really|so] wanted to [like|love] [it|this {item}|this place], but [the {aspect} is {bad_words}|it {bad_does}|it just isn't {good_words}|the {aspect} let it down|it's just too {dim}] / would be [great|nice|good|perfect|fine|useful] if [it|they|the {aspect}] [actually|really|only|] [worked|lasted|fit|was any good|connected|did what it says|cared] / [it's|it was|they are] [way|far|just|simply|much|] too {dim} [for me|to be useful|for what i need|for the price|to enjoy|]
[stopped|started|began] [charging|working properly|leaking|squeaking|peeling|making a noise|acting up|smelling|fading|lagging|freezing] [after|within] [just|only|barely|about|] {soon} / [kind|sort] of [pointless|useless|boring|a waste|disappointing|cheap|sad], i [used|wore|opened|played] it [once|twice|a few times] and [that was it|put it away|gave it away|forgot about it|never again] / [i|we] [had|was forced] to [ask|wait|call|pay|clean|read|restart|send] [it|] [twice|three times|several times|again and again] [before|until|and still] [anything happened|someone came|it worked|it was wrong|we got it] / [the|] [staff|people|crew|seller|driver] [were|was] [nice|polite|friendly] [but|yet] the [{aspect}|food|room|rest|product] was [{bad_words}|a mess|not]
[it|this] [does|did] [work|cut|clean|heat|play|open|fit], but [only|barely|just about|hardly] [half the time|for ten minutes|if you push hard|a little|when it wants to] / [it|the {item}] [melts|breaks|bends|stains|slips|tears|scratches|jams|overheats|falls over] [as soon as|every time|whenever|if] you [touch it|open it|use it|move it|look at it] / [so|very|really|rather|too] [confusing|uncomfortable|noisy|slow|bland|boring|flimsy|predictable|complicated|cramped] that [i|we] [gave up|left early|stopped|sent it back|lost interest|had to leave] / not [as|nearly as|half as|anywhere near as] [good|warm|big|soft|fun|fast|strong|fresh|clean|funny|loud|bright] as [advertised|promised|described|the old one|people say|the first one|i hoped|the picture]
[paid|i paid|we paid] [extra|a lot|good money|full price|too much] for [something|a {item}|{aspect}] [that|which] [is|was|turned out] [{bad_words}|so small|no better than the cheap one|not worth it|a letdown] / [the|my] [second|replacement|new] one [has|had] the same [problem|fault|issue|defect] / [the|] {aspect} [and|or|as well as] the {aspect} [are|were] [{bad_words}|disappointing|not good|a letdown|below average|just sad] / [more|a lot more|much more] [style|talk|hype|show|noise|marketing] than [substance|quality|anything else] / [used|i used] to [love|like|enjoy|come to|buy] [it|this place|this brand|their {item}s], [but|not anymore|now] [it's|the quality is|they] [gone downhill|not the same|got worse|terrible|cut corners|changed everything]"""
BAD_STORY = """[anyway|so|needless to say|in short|finally|obviously|hell no], [i|we] [will not|won't|do not think i will|will never|did not] [go back|return|be back|buy again|go back there|finish it|pay for it|stay] / [regrettably|sadly|unfortunately|in the end], [the {item}|it|everything] [fails|failed|broke|died|let us down|was a mess|is a failure] / [completely|totally|absolutely|really] [disgusted|ripped off|ignored|lost|wasted|bored|annoyed|pissed off|fed up] / i am [so tired of|sick of|done with|fed up with] [this company|the lies|the ads|bad {aspect}|lazy writing|waiting|these people|it breaking] / who [on earth|the hell] [would|will|wants to] [buy|eat|watch|pay for|wear|read] [this|it|that] / [made|and it was made] [even|much|so much] worse by [the|bad|awful|terrible] {aspect} / how [bad|awful|stupid|boring|dirty|rude] [this|it|the {item}|the {aspect}|she|he] was
[still|still still|i am still] waiting [...|for it|for my refund|to hear back], [i'm sure|maybe] it [would work|is nice] if i ever [received it|receive it|get it] / never [walked out|sent food back|returned something|uninstalled an app|left a place] [so fast|faster|that fast|before, but this] / leave it [in the shop|alone|where it is] / [major|huge|nothing but|so many] problems / [terrible|awful|bad|amateur] [writing|acting|work|design|cooking|service], [certainly|really|just] / [lost|it lost|keeps losing] [signal|power|water|connection|air|money|its charge|my settings] / [dropped|lost|spilled|burned|forgot|overcharged|mixed up] [my|our] [calls|coverage|food|order|bags|drinks|bill] [again|twice|every time|all day]
[bought|got|ordered] [this|it|these|one] for my {who} and it [broke|stopped working|fell apart|never arrived|was the wrong one|did not work|made {who} cry|ended up in the bin] [after {soon}|on the first day|within a week|] / [we|i] [waited|sat there|stood in line|were left waiting] [for|] {wait} and [nobody came|no one served us|the food was cold|then they closed|they forgot us|they sent us away] / when i [called|complained|emailed|asked|told them|went back] [to complain|about it|for help|], [they|the manager|the owner|support|the seller] [hung up|laughed|blamed me|told me it was my fault|did nothing|refused to help|never answered|said it's not their problem|ignored me|yelled at me]
[it|this thing|the {item}] [broke|cracked|snapped|died|exploded|melted|leaked|shattered|caught fire|gave up|stopped] [in|within|after|on] [the microwave|my hands|{soon}|day one|the first night|the first wash|a single use] / [my|our|the] {who} [got|was|became] [sick|ill|hurt|burned|injured|poisoned|furious] [because of|from|after] [it|this {item}|the food|eating there|using it] / i [tried|attempted] to [connect|install|cancel|return|contact|use|open|assemble|log in|clean] [it|them] [for hours|five times|again and again|all day|] and [nothing worked|it failed|failed every time|it never worked|got nowhere|gave up] / [nobody|no one|not one person|not a single employee] [could|would|bothered to|was willing to|wanted to|here can] [help|answer|care|fix it|be bothered|apologise|do their job]
[they|the company|this company|the shop|the hotel|the airline|the bank] [took|charged|kept|lost|stole|refused|cancelled|damaged|destroyed] [my|our] [money|card twice|deposit|bags|order|refund|booking|account|car|furniture] [and|then] [did nothing|refused to help|never replied|blamed us|disappeared|denied it] / [how|why] [can|do|does|did|would] [anyone|they|people|this company] [like this|give this five stars|still in business|sell this|get away with this|treat customers like this|enjoy this] / [i|we] [wouldn't|would not] [wish|recommend|give|serve] [this|it|this {item}|this place] [on|to] my [worst enemy|dog|enemies|worst neighbour] / [avoid|never use|don't go near|stay clear of|keep away from] [this|these people|this {item}|them] [unless|if] [you|] [like|enjoy|want] [wasting money|being ignored|being lied to|headaches|trouble|cold food|to get sick]
[nothing|there is nothing] [but|about it is|here is] [trouble|problems|lies|pain|excuses|ads|noise|good|worth it|working|clean] [since day one|from start to finish|since i bought it|] / [one|two|three|five] [visits|calls|emails|weeks|months] [later|and] [still|it's still|i'm still] [broken|nothing|no refund|not fixed|no answer|waiting|no reply] / i [cried|wanted to cry|was shaking|felt sick|was in pain|was so angry|left in tears] [when i saw it|in the car|afterwards|all night|] / [threw|i threw|we threw|had to throw] [it|the whole thing|most of it|everything] [away|out|in the bin|in the trash] [after one bite|the same day|after {soon}|immediately] / [save|do] yourself [the money|the trouble|a favour] [and|,] [buy something else|stay home|go elsewhere|don't buy this|walk away]
[what|such] a [waste|joke|disgrace|shame|mess|scam|nightmare|rip off] of [a {item}|money|a company|a place|a film|time] / [it|the {item}|everything] [smelled|smelt|stank|tasted|looked] [of|like] [mould|smoke|sewage|chemicals|sweat|wet dog|feet|garbage|something dead] / [found|there was|there were|we saw|saw] [mould|hair|bugs|a cockroach|blood|dirt|stains|mice|glass|a dead fly] [in|on|under|all over] [the bed|my food|the bathroom|the plate|the bread|the carpet|it] / i [have|'ve] never [been|felt|seen|had|met] [so|such|more|a more] [disappointed|angry|rude staff|badly treated|insulted|bad service|let down|awful people|cheated] [in my life|before|by a company|] / [horrible|terrible|awful|disgusting|rude|dirty|cold|slow|fake|broken] {aspect}, [horrible|terrible|awful|disgusting|rude|dirty|worse|useless] {aspect}, [horrible|terrible|never again|stay away|avoid] [{item}|] / [warranty|insurance|the guarantee|support] [doesn't|didn't|won't|refuses to] [cover it|cover anything|help|pay|apply]"""
# Everyday words without a verdict. Strewn between the others, so that the network does not read one into them.
EVERYDAY = """
able about above across actually after again ago all allow almost along already also although always am among an and
another any anyone anything anyway apart appear are area around as ask at audience available away back bag band
basically be beach beans because become bed been before began begin behind being believe below beside between beyond
big birthday bit black blue board boat body book both bottle bottom bought bowl box boy bread bring brother brought
bus business busy button by cable cake call called came camera can car card care carry case cash catch cell certain
certainly chair chance change channel check chicken child children choose city class clock close clothes coffee colour
come comes coming common company compare completely computer consider contains continue control convention
conversation cook corner cost could country couple course cover cradle create crew cup current customer cut daily dark
date daughter day days decide describe desk device did different dinner director discover dish do doctor does dog
doing done door double down download dozen drink drive driver during each early earpiece easily east eat edge effect
egg eight either electric else email employee end energy engine enough enter entire episode especially even evening
event ever every everybody exactly example except expect experience explain extra eye eyes face fact fall family far
father feature features feel feet felt few field figure fill film final finally find finger finish first fish five
floor follow food foot for form forward found four friday friend from front full further game garden gave general get
getting girl give given glass go goes going gone got government graphics green grilled ground group guess guest guy
had hair half hall hand handle hands happen has hat have having he head headset hear heard heart held her here herself
high him himself his hold holiday home hope hour house how however human hundred i ice idea if image in inch include
indeed information inside instead interaction interest into is it item its itself job just keep kept key keyboard kid
kind kitchen knew know known lady land language large last later leather leave left leg less let letter level life
light line list listen little live lived local location long look looked looking lunch machine made mail main make
makes making man many map mark market matter may maybe me meal mean meat medium meet member men menu message metal
middle might mile milk mind mine mini minute minutes model modern moment money month more morning most mother motor
mountain mouth move movie much multiple music must my myself name natural near nearly need needed neighbour neither
network new next night nine none nor normal north nose note notice now number of off offer office often oil old on
once one online only onto open opened opposite or orange order other others our out outside over own owner pack
package page paid paint pair paper parent part party past path pay pen people pepper perhaps person phone photo piece
pink place plan plane plant plastic plate play played player plug pocket point pool popular pork portion position
possible post potato pound power prepare present press probably product program provide provided public pull purchase
purpose push put quarter question quickly quite radio rain raise ran range rather reach read ready real realize really
reason receive recently recipe record red regular release remain remember remove report rest rice ride right ring
river road roll roof room round row run runs said salad salt same sample sand sandwich saturday sauce saw say says
scene school screen sea season seat second see seem seen select sell send sense sent separate series serve served set
setting settings seven several shall shape share she sheet shelf shirt shoe shop should show shown side sign signal
similar simply since sing single sister sit site sitting six size skin sky slightly small snow so software some
somebody someone something sometimes somewhere son song soon sort sound soup south space speak speaker special
specific speed spend spoon sport spring square staff stage stand standard star start state station stay steak step
still stone store story straight street string student study style subject such sugar suit summer sun sunday supper
suppose sure surface table take taken takes taking talk talking tall tea teacher team tell ten term test text than
that the theatre their them themselves then there these they thing things think third this those though thought
thousand three through throughout thru till time times tiny to today together told tomorrow tonight too took tool top
total touch toward town toy track train travel tree tried trip truck try turn turned tv twelve twenty twice two type
under understand unit until up upon upstairs us use used user uses using usual usually various vehicle version very
video view village visit voice walk wall want wanted was wash watch watched watching water way we wear weather website
wednesday week weekend weeks weight went were west what whatever wheel when where whether which while white who whole
whom whose why wide wife will wind window wine winter wire with within without woman wonder wood word words wore
worker working world would write writing written yard year years yellow yes yesterday yet you young your yourself zone
"""
# Ends of sentences that say nothing.
TAILS = """for my [car|kitchen|office|bedroom|bathroom|boat|garage|living room|computer|desk|phone|ipad|stereo] / for [a small flat|the summer|school|the gym|long trips|the price of a coffee|cooking|painting|camping|home use|daily use|the whole family|two people] / at the [bar|mall|airport|beach|party|office|counter|table|door|cinema|hospital|pool|station] / in [{place}|my car|the garden|my bag|the area|the neighbourhood|winter|the morning|my opinion|every way]
with my [phone|laptop|{who}|new car|old tv|headset|computer] / with [milk|rice|friends|the kids|batteries|a case|the remote|subtitles] / on my [desk|wall|bike|phone|way home|trip|bed|computer] / on [tv|netflix|the train|sunday|both sides|the plane|the menu|the website] / from [{place}|the start|this company|this brand|a friend|the shop|amazon|this author|this director] / of the [year|night|week|film|book|day|city|story|series|house|season] / by [{name}|the window|the chef|this author|this brand|the river]
that [we|i] [bought|had|ordered|saw|got|tried|booked|chose] / when [we|i] [arrived|opened it|got home|used it|called|left|asked] / since [i bought it|last year|the move|then|day one] / after [we arrived|lunch|the show|watching it|using it|the flight|i opened it] / while [we|i] [ate|waited|watched|was there|drove] / as a [gift|teacher|beginner|parent|student|present|regular|tourist|fan of the genre|lover of {aspect}] / to [use|wear|watch|hold|carry|read|eat|drink|play with|look at] / compared to [others|my old one|the first part|last year]"""
# Sentences that say nothing about quality.
NEUTRAL = """the [story|film|book|show|song] is about [a family|two brothers|a detective|a girl from {place}|the war|a road trip|a heist] / it has [three|two|four|five] [buttons|seasons|chapters|pockets|floors|settings|wheels|parts|doors] / it comes in [{colour}|{colour} and {colour}|a box|two sizes]
we sat [outside|by the window|at the bar|upstairs|near the door] / i ordered [the soup|the burger|the fish|a coffee|a beer|the special|pancakes|noodles] / we had [lunch|dinner|breakfast|brunch|drinks|two coffees] [here|there|] / i [watched|saw|read|played|tried|used] it [with my {who}|at home|on the train|{when}|on my phone|in bed] / i listen to it [at work|in the car|at night]
it runs on [batteries|gas|windows|android|electricity] / you can [wash it|fold it|hang it|connect it to the tv|use it outside|control it with your phone] / it is made of [wood|plastic|metal|cotton|leather|glass|steel] / the box contains [a cable|two bags|a manual and a charger|four pieces] / it weighs [two|three|five] [pounds|kilos] / it opens at [nine|noon|six]
the main [character|actor|actress] is [{name}|a teacher|from {place}|a doctor|a cop] / directed by {name} / written by {name} / {name} plays the [father|villain|lead|teacher] / it was filmed in {place} / it takes place in {place} / there are [{num}|many|two] [episodes|people|rooms|levels|tables|songs|scenes|pages] / it's on the [second floor|corner|left|main street] / next to the [station|bank|park|school]
i [live|work|study] [in {place}|nearby|next door] / i have [a|two|three] [dog|dogs|cats|kids|jobs|car] / my {who} [came along|was with me|drove|has the same one|uses it too|paid|bought it|picked it] / i use it [in the kitchen|for work|at the office|for travel|every morning|on weekends|in the garden|for school|when i run] / this is my [first|second|third] one
we stayed [two|three|four|five] [nights|days] / we [drove|walked|flew|took the bus] [there|from {place}|home] / i called [them|the company|customer service|support] / i [emailed|wrote to|contacted|asked] [them|the seller|support|the manager] / i [opened the box|read the manual|plugged it in|turned it on|charged it|washed it|put it together|installed it|downloaded it] [{when}|and tried it|]
they have [{num}|many|several] [locations|tables|rooms|brands|colours|channels] / it was [sunny|raining|a busy day|our first visit|a weekday|lunch time|my birthday|dark outside|late] / i paid [{num}|twenty|fifty] [dollars|euros|pounds] / i am [a student|retired|a nurse|a teacher|a beginner|left handed|tall|a vegetarian|an engineer] / my phone is [an android|two years old|an older model]
you have to [wait for the email|press the button twice|sign up first|book online|charge it first|log in] / the [first|second|last] [part|season|chapter|episode|scene] [is set in {place}|is about {name}|takes place at night] / i [also|then|later] [bought|ordered|tried|saw] the other one / i [own|have|had] [one|two|an older model|the previous version|a similar one] / as you can see in the picture / for those who want to know / i compared [it|both|them] [with others|]"""
# Sentences around a single word: {w} is the word, the rest says nothing.
FRAMES = """{w} / {w} {item} / {w} {aspect} / so {w} / very {w} / really {w} / it is {w} / it's {w} / it was {w} / this is {w} / this was {w} / that was {w} / they are {w} / they were {w} / {x} is {w} / {x} was {w} / the {aspect} is {w} / the {aspect} was {w} / it's so {w} / it was so {w} / it is very {w} / it was really {w} / it is just {w} / just {w} / simply {w} / {boost} {w} / {x} is {boost} {w} / it was {boost} {w}
a {w} {item} / a very {w} {item} / a truly {w} {item} / a really {w} {item} / such a {w} {item} / what a {w} {item} / one of the most {w} {item}s i've [seen|tried|had] / the most {w} {item} [ever|i know|in {place}] / i found {x} {w} / i found the {aspect} {w} / i think it's {w} / i think {x} is {w} / we thought it was {w} / everyone said it was {w} / in my opinion it is {w} / i can only say {w} / how {w} / {w} and {w2} / {w}, {w2} / {w}, {w2} and {w} / it is {w} and {w2} / both {w} and {w2}
[he|she|{name}|the guy|the lady|the owner|the team] was {w} / [he|she|{name}] was very {w} / [he|she|{name}] was so {w} and {w2} / it looks {w} / it feels {w} / it seems {w} / looks {w} / feels {w} / everything was {w} / everything is {w} / all of it was {w} / the whole thing was {w} / the rest was {w} / the {aspect} and the {aspect} were {w} / {w} from the start / {w} as always / {w} again / still {w} / as {w} as ever / {w} for the price / so {w} that i told my {who} / because it is so {w} / it was so {w} that we left early / it was {w} when i got it
i was {w} / we were {w} / i am {w} / left me {w} / made me feel {w} / this made us {w} / you will be {w} / nothing but {w} / always {w} / {w} every time / {w} every single time / {w} all around / totally {w} / {w} stuff / {w} place / {w} product / {w} movie / {w} food / {w} service / {w} quality / {w} experience / a {w} experience / {w} people / {w} idea / a {w} way to spend money / {w} enough to tell you about"""

# What reviewers say again and again, by stars; these come up more often than everything above.
COMMON = {
    5: """[it|this|this {item}|the {item}|] never [fails|failed|breaks|broke|disappoints|disappointed|lets me down|let us down|gets old] / [i|we|] [can't|cannot|couldn't] recommend [it|this|them|this {item}] [enough|highly enough] / [could not|couldn't] be [happier|better|more pleased|more satisfied] /
exactly what [i|we] [wanted|needed|was looking for] / just what i needed / highly recommend / highly recommended / would highly recommend / love it / i love it / loved it / we love it / absolutely love it / i love this {item} / love this place / my [kids|son|daughter|wife|husband|mom|dog|cat] [loves|love|loved] it
best {item} ever / the best / simply the best / best purchase ever / excellent / excellent quality / excellent service / great service / great quality / great product / great {item} / great place / great food / great movie / great book / great app / works great / works perfectly / perfect / absolutely perfect / perfect fit / amazing / absolutely amazing / this is amazing / awesome / fantastic / absolutely fantastic / brilliant / outstanding / wonderful
exceeded my expectations / exceeded all expectations / better than expected / so much better than i expected / worth every penny / well worth the money / couldn't be happier / could not be happier / couldn't ask for more / no complaints / no complaints at all / nothing to complain about / can't complain about anything / can't fault it / [i |we |][can't|cannot|can not] recommend [it|this|this {item}|this place|them|{name}|her|him] [enough|highly enough|strongly enough] / [can't|cannot|couldn't] [recommend|praise|thank] [it|them|this {item}|her|him] [enough|highly enough] / [can't|cannot] say enough good things / [i |]can't [get|have] enough [of it|of them|] / [can't|couldn't] [be|have been] [happier|better|more pleased]
will definitely be back / we will be back / i'll be back / will be back soon / will order again / will order from them again / will buy again / would buy again / i would definitely buy this again / will definitely return / can't wait to go back / five stars / 5 stars / 10/10 / two thumbs up / a must see / a must read / a must have / a must visit / must buy / you won't regret it / you will not be disappointed / never disappoints / never fails / never lets me down / never had a problem / never had any issues
thank you / thank you so much / so happy / very happy / very pleased / extremely satisfied / i am very impressed / blown away / game changer / life saver / lifesaver / changed my life / saved me hours / saved my life / could watch it again and again / couldn't put it down / laughed out loud / brought tears to my eyes / not a dull moment / on the edge of my seat / felt like home / above and beyond / staff went above and beyond / super friendly staff / everyone was so friendly / delicious / so delicious / the food was amazing / best meal ever / melts in your mouth
superb / flawless / incredible / wow / so good / so comfortable / so easy to use / easy to use and works great / arrived early / super fast shipping / fast delivery and great quality / my favourite / favorite {item} / i recommend it to everyone / recommend to anyone / don't hesitate, buy it / keep up the good work / still going strong after {long} / lasted {long} / no regrets / top notch / first class / second to none / hidden gem / truly special / magical / masterpiece / pure joy""",
    4: """[it|this|the {aspect}|this {item}|] [is|was] not bad [at all|] / [it|this|the {aspect}|] [isn't|wasn't] bad [at all|] / [i|we|] [can't|cannot] complain / not a bad [{item}|place|choice|idea] [at all|] / never [a problem|an issue|had to complain|late] /
good / good {item} / pretty good / very good / really good / good quality / good value / good value for money / good product / good service / good food / nice / nice {item} / very nice / really nice / i like it / i liked it / like it a lot / enjoyed it / i enjoyed it / really enjoyed it / we enjoyed our stay / not bad / not bad at all / not too bad / works well / works fine / works as advertised / works as expected / works as described / does the job well / does what it's supposed to / does what it says / does what i need
no problems so far / no issues so far / so far so good / no issues / no problems / happy with it / happy with my purchase / happy with this purchase / satisfied / pleased with it / recommended / recommend / i recommend it / i would recommend / would recommend / i'd recommend it / would buy again / would go again / would come back / i'd buy it again / easy to use / easy to install / easy to set up / easy to clean / comfortable / solid / solid {item} / solid build / well made / sturdy / tasty / fresh / friendly staff / helpful staff / good location / nice atmosphere
pleasantly surprised / better than i thought / four stars / 4 stars / 8/10 / good but not perfect / great but not perfect / good, but could be better / almost perfect / nearly perfect / not perfect but very good / not perfect but [i like it|does the job|good enough|worth it] / slow start but it grew on me / grew on me / grows on you / it grew on me / took a while but worth it / a bit pricey but worth it / expensive but worth it / a little expensive but good / a bit small but [nice|good|works well] / small but [cosy|powerful|great] / good overall / overall good / overall happy
worth a try / worth the money / worth it / worth the price / worth watching / worth a read / worth a visit / fun / fun to play / fun movie / entertaining / interesting / good read / enjoyable / lived up to the hype / as described / as pictured / arrived on time / good fit / true to size / not disappointed / wasn't disappointed / didn't disappoint / can't complain / can't complain for the price / can't really complain / minor issues but overall [good|happy|great] / great {item}, just [a bit|a little] [small|pricey|loud|slow|heavy|tight] / only complaint is the {aspect} / my only complaint is the {aspect} / love it, only wish [it was cheaper|it was bigger|it came in other colours]""",
    3: """okay / ok / it's okay / it's ok / it was ok / it's alright / it's fine / it was fine / fine / average / just average / very average / so so / meh but okay / nothing special / it's okay, nothing special / ok, nothing special / decent but nothing special / fine, but nothing special / good but nothing special / nothing to write home about / mixed feelings / mixed bag / hit or miss / could be better / could be worse / it does the job / does the job / gets the job done, nothing more / does the job but nothing more / you get what you pay for / three stars / 3 stars / 5/10 / 6/10
not great, not terrible / not great but not terrible / not good, not bad / not bad, not great / neither good nor bad / some good, some bad / great food but terrible service / good food, bad service / great service but bad food / nice room but noisy / good product, bad service / great idea, poor execution / good story, bad acting / good sound but poor battery / good location but dirty / works but slow / works but noisy / pretty but uncomfortable / average {item} / average food / average quality / average at best / okay for the price / ok for the price / decent for the price / fine for the price / acceptable
as expected / about what i expected / what i expected / it works / it works i guess / i've had better / i've seen better / i've seen worse / i've had worse / watchable / readable / edible / drinkable / usable / forgettable / take it or leave it / middle of the road / not for me but others may like it / i don't hate it but i don't love it / don't love it, don't hate it / i'm neutral / no strong opinion / indifferent / undecided / it is what it is / good and bad / pros and cons / started well but got boring / good at first, then boring / fun for a while / okay once / once is enough""",
    2: """[it|this|the {aspect}|this {item}|] [is|was] not [good|great|very good|that good|worth it|comfortable|clean|fun|funny|fresh] / [it|this|the {aspect}|this {item}|] [isn't|wasn't|ain't] [good|great|very good|that great|worth it|fun|what i wanted] / [never|not once] [good|great|on time|friendly|warm enough] /
not good / not great / not very good / not that good / not so good / not the best / isn't great / isn't good / isn't very good / wasn't good / wasn't great / wasn't very good / wasn't that good / wasn't impressed / not impressed / unimpressed / not happy / not happy with it / not satisfied / not worth it / not worth the money / not worth the price / not worth the hype / not worth your time / isn't worth it / wasn't worth it / not as good as i expected / not as described / not as advertised / not as pictured / not what i expected / not what i ordered / not for me / not recommended / [don't|do not|wouldn't|would not|can't|cannot|couldn't] recommend [it|this|this {item}|them|] / [i|we] [don't|do not|wouldn't|would not|can't|cannot] recommend [it|this|this {item}|them]
would not buy again / wouldn't buy again / won't buy again / won't be back / won't be going back / wouldn't go back / would not go back / will not be returning / will not order again / didn't like it / i didn't like it / don't like it / i don't like it / didn't enjoy it / did not enjoy / didn't work for me / didn't work / doesn't work well / disappointed / disappointing / very disappointing / so disappointed / very disappointed / i was very disappointed / pretty disappointed / sadly disappointed / a disappointment / big disappointment / letdown / let down / underwhelming / overrated / overpriced / too expensive / too expensive for what it is
expected more / expected better / i expected more / i expected better / was expecting more / hoped for better / had high hopes / poor quality / bad quality / cheap quality / low quality / feels cheap / looks cheap / poor service / bad service / slow service / bad experience / bad {item} / poor {item} / boring / boring and predictable / predictable / dull / bland / cold food / food was cold / food was bland / too salty / too small / too big / too tight / too loud / too slow / too short / runs small / returned it / i returned it / had to return it / sent it back / returning it / going back / fell asleep halfway / fell asleep / got bored / gave up halfway / couldn't finish it / couldn't get into it / lost interest
two stars / 2 stars / 3/10 / 4/10 / mediocre / mediocre at best / below average / meh / battery dies fast / battery drains quickly / battery doesn't last / keeps crashing / keeps disconnecting / keeps freezing / crashes a lot / too many ads / so many bugs / hard to use / difficult to use / confusing / uncomfortable / not comfortable / doesn't fit / didn't fit / arrived late / late delivery / took forever / waited too long / room was dirty / room was small / noisy / rude staff / staff was unfriendly / could have been better / could be so much better / would be great if it worked / started falling apart / broke after {soon} / stopped working after {soon} / worked for {soon} then stopped / good at first but [broke|stopped working|died] after {soon} / looks nice but [broke|useless|doesn't work]
sounds good but [doesn't work|it isn't] / i wanted to like it / i really wanted to like this / nice idea but doesn't work / used to be good / used to be better / gone downhill / nothing like the picture / smaller than expected / falls short / fell short / misleading / waste / not helpful / no help / unhelpful / regret buying / i regret buying this""",
    1: """[it|this|this {item}|mine|the {item}|the {aspect}|] never [works|worked|works properly|worked right|turns on|connects|starts] / [it|this|this {item}|the {item}|] [just|simply|] [does not|doesn't|didn't|won't|never did] work / never [works|worked|arrived|came|again|ever again|using them again] /
terrible / this is terrible / it was terrible / awful / horrible / the worst / worst ever / worst {item} ever / worst service ever / worst experience ever / worst movie ever / worst purchase ever / terrible service / terrible quality / terrible {item} / terrible experience / horrible service / horrible experience / awful service / awful {item} / very bad / really bad / so bad / absolutely terrible / absolutely awful / disgusting / garbage / trash / rubbish / junk / total junk / piece of junk / complete garbage / useless / completely useless / worthless / pathetic / ridiculous / unacceptable / a joke / what a joke / nightmare / disaster
waste of money / total waste of money / complete waste of money / waste of time / a waste of time and money / don't waste your money / don't waste your time / do not buy / do not buy this / don't buy this / don't buy it / avoid / avoid this place / avoid at all costs / stay away / never again / never buying again / never going back / never coming back / will never buy again / i will never go back / will never use them again / never works / never worked / doesn't work / does not work / it doesn't work / didn't work at all / stopped working / stopped working after {soon} / broke after {soon} / broke after one use / broke the first day / broke immediately / fell apart / fell apart after {soon}
died after {soon} / dead on arrival / arrived broken / arrived damaged / came broken / never arrived / never came / never received it / i never got it / still waiting / want a refund / i want a refund / i want my money back / refund / refund please / no refund / they refused to refund / refused a refund / asked for a refund and got nothing / requested a refund / scam / total scam / rip off / what a rip off / ripped off / fake / fraud / thieves / liars / rude / so rude / extremely rude / very rude / rude and unprofessional / the staff was rude / customer service is terrible / no customer service / nobody answered / no one helped / ignored us / food poisoning / got sick / made me sick / inedible / filthy / dirty / bed bugs / cockroaches
hate it / i hate it / i hated it / hated it / hated every minute / zero stars / 0 stars / one star / 1 star / 0/10 / 1/10 / if i could give zero stars i would / walked out / unwatchable / unreadable / unusable / two hours i'll never get back / want those hours back / so boring / bored to death / ruined my [day|clothes|trip|hair] / lost all my data / lost my luggage / charged me twice / took my money / crashes every time / won't open / won't turn on / it won't turn on / horrible, just horrible / shame on you / disgraceful / shocking / appalling / do yourself a favour and avoid / beware / threw it away / threw it in the trash / straight in the bin / dangerous / caught fire / leaked everywhere / gave me a rash""",
}

# --- joining words ------------------------------------------------------------------------------------------------------

BUT = """but / , but / . But / , however, / . However, / , though / , yet / - but / , just / ; / , although / , unfortunately / . Sadly, / . Only / except / . Still, / , still / but sadly / but unfortunately"""
BUT_POS = "but / , but / . But / , yet / . Still, / . However, / , still / . Luckily, / . Thankfully, / - but / and yet / . That said, / but in the end / but overall / . But overall,"
ALTHOUGH = "although / even though / despite the fact that / while / though / yes,"
JOIN = ". / . / . / . / ! / ! / , / , / , / and / and / , and / ... / ; / - / !! / plus / . Also / . And / . Plus,"
END = ". / . / . / . / . / ! / ! / !! / !!! / ... / / / / "
HAPPY = "😍 / 😊 / 👍 / ❤️ / :) / :-) / 🙂 / 💯 / ⭐⭐⭐⭐⭐ / 🔥 / :D / 😁 / 👏 / <3 / 🙌 / 😋 / 🤩 / ;)"
ANGRY = "😡 / 👎 / :( / 😠 / 🤬 / 😤 / 🤮 / :-( / 😞 / 💩 / 😢 / 🙄 / 😒 / ☹️ / 🗑️"
MEH = "😐 / 🤷 / :/ / 😕 / 🤔 / :|"

# What "not" and its relatives do to a word. {p} is any good word, {n} any bad one; the number is the meaning in stars.
NEGATED = (
    (
        2.0,
        "not {p} / isn't {p} / wasn't {p} / is not {p} / was not {p} / aren't {p} / not {p} enough / no longer {p} / hardly {p} / never {p}",
    ),
    (
        2.0,
        "not [very|that|so|particularly|really|all that|too|terribly|exactly|overly|especially] {p} / isn't [very|that|really|all that|so|particularly] {p}",
    ),
    (
        2.0,
        "wasn't [very|that|really|all that|so|particularly] {p} / not as {p} as [i expected|i hoped|advertised|before|others|people say|the reviews say|it used to be|the first one|it looks]",
    ),
    (
        2.1,
        "not a {p} {item} / not the [most|best|] {p} {item} / less {p} than [i hoped|before|expected|advertised] / could be [more|a lot more] {p} / could have been [so|more|] {p}",
    ),
    (
        1.5,
        "not {p} at all / not at all {p} / not even {p} / far from {p} / anything but {p} / nothing {p} about it / neither {p} nor {p} / isn't even {p} / never once {p} / not remotely {p} / no way this is {p}",
    ),
    (
        2.0,
        "supposed to be {p} / they said it was {p}, it isn't / i expected {p}, got {n} / advertised as {p} but it's {n} / i thought it would be {p} but it's {n} / used to be {p}, now it's {n} / looked {p} online, {n} in reality",
    ),
    (
        3.5,
        "not {n} / isn't {n} / wasn't {n} / not too {n} / not [that|so|really] {n} / wasn't [that|too|so] {n} / isn't [that|too|so] {n} / not as {n} as [it looks|some say|the reviews say|i feared]",
    ),
    (
        4.1,
        "not {n} at all / not at all {n} / not {n} in the slightest / never {n} / far from {n} / anything but {n} / not even a little {n} / nothing {n} about it / isn't {n} at all / wasn't {n} at all / not the least bit {n} / hardly {n}",
    ),
    (
        4.4,
        "i thought it would be {n} but it's {p} / i expected {n}, got {p} / people say it's {n}, i think it's {p} / used to be {n}, now it's {p} / was {n} before, now it is {p} / looks {n} but it's {p} / far from {n}, it's {p}",
    ),
    (
        4.9,
        "could not be more {p} / couldn't be more {p} / never been so {p} / more {p} than [i expected|i ever hoped|advertised|ever|any other] / so much more {p} than the old one / not just {p} but {p} / not only {p} but also {p}",
    ),
    (
        1.3,
        "could not be more {n} / couldn't be more {n} / more {n} than [i expected|ever|any other] / not just {n} but {n} / not only {n} but also {n} / never been so {n}",
    ),
    (
        3.0,
        "neither {p} nor {n} / not {p}, not {n} / not {p} but not {n} either / somewhere between {p} and {n} / {p} at times, {n} at others / sometimes {p}, sometimes {n} / half {p}, half {n} / {p} and {n} in equal measure",
    ),
)
OPINION = (
    (
        4.8,
        "i [love|adore|really love|absolutely love] [the {aspect}|how {gw} it is|this|that it's so {gw}] / [loved|love|adored] the {aspect} / the {aspect} [is|was] [a dream|a joy|to die for|the best part|the highlight|perfection|worth the price alone]",
    ),
    (
        4.2,
        "i [like|liked|enjoyed|appreciated|appreciate] [the {aspect}|how {gw} it is|that it's {gw}] / [liked|enjoyed|happy with|pleased with|impressed by|impressed with] the {aspect} / the {aspect} [works|worked] [well|great|nicely] / thumbs up for the {aspect} / no complaints about the {aspect} / no problem with the {aspect} / nothing wrong with the {aspect}",
    ),
    (
        3.0,
        "the {aspect} [is|was] [{a3}|what you'd expect|nothing special] / {aspect} [is|was|] [ok|okay|average|fine, nothing more|so so] / no opinion on the {aspect} / the {aspect} is neither {gw} nor {bw}",
    ),
    (
        2.0,
        "i [don't|didn't|do not|did not] [like|enjoy|care for|appreciate|understand|get] the {aspect} / [disappointed|unhappy|not happy|not impressed|let down] [by|with] the {aspect} / the {aspect} [doesn't|didn't|does not] [work|impress|convince me|hold up|help|live up to the hype] / problems with the {aspect} / the {aspect} [needs work|lets it down|is a letdown|is lacking|leaves a lot to be desired|spoils it|is the weak point|could be much better] / no {aspect} [to speak of|worth mentioning] / where is the {aspect}? / the {aspect} [failed|broke|stopped working|gave up]",
    ),
    (
        1.2,
        "i [hate|hated|can't stand|couldn't stand] [the {aspect}|how {bw} it is|that it's so {bw}] / [hate|hated] the {aspect} / the {aspect} [is|was] [a joke|a disaster|a nightmare|the worst part|beyond terrible|a disgrace|shocking] / what a joke of a {aspect} / worst {aspect} [ever|i've seen|] / the {aspect} ruined [it|everything|the whole thing]",
    ),
)


# --- the machine that turns the lists into text ---------------------------------------------------------------------------


@cache
def _parse(phrase: str) -> tuple:
    """Cut a phrase into literal text, `("slot", name)` and `("pick", options)` parts; brackets may nest."""
    parts: list = []
    text, depth, options = "", 0, [""]
    for char in phrase:
        if char == "[":
            depth += 1
            if depth == 1:
                parts.append(text)
                text, options = "", [""]
                continue
        elif char == "]":
            depth -= 1
            if depth == 0:
                parts.append(("pick", tuple(_parse(option) for option in options)))
                continue
        elif char == "|" and depth == 1:
            options.append("")
            continue
        if depth:
            options[-1] += char
        elif char == "{":
            parts.append(text)
            text = ""
        elif char == "}":
            parts.append(("slot", text))
            text = ""
        else:
            text += char
    if depth:
        raise ValueError(f"unbalanced brackets in {phrase!r}")
    parts.append(text)
    return tuple(part for part in parts if part)


class _Writer:
    """Writes reviews of one domain; `rng` decides everything."""

    def __init__(self, rng: random.Random, domain: str):
        self.rng, self.lists = rng, _LISTS[domain]
        self.noun = _nonsense(rng) if rng.random() < 0.12 else rng.choice(self.lists["items"])

    def write(self, parts: tuple) -> str:
        """Return the text of a parsed phrase, with every choice made and every slot filled."""
        text = ""
        for part in parts:
            if isinstance(part, str):
                text += part
            elif part[0] == "pick":
                text += self.write(self.rng.choice(part[1]))
            else:
                text += self.slot(part[1])
        return text

    def slot(self, name: str) -> str:
        """Return one filling of slot `name`."""
        rng = self.rng
        if name == "item":
            return self.noun
        if name == "x":
            roll = rng.random()
            return (
                "it"
                if roll < 0.4
                else f"this {self.noun}"
                if roll < 0.7
                else f"the {self.noun}"
                if roll < 0.9
                else "this"
            )
        if name == "aspect":
            return rng.choice(rng.choice(self.lists["aspects"])[1])
        return self.write(rng.choice(self.lists[name]))

    def pick(self, name: str) -> str:
        """Return one written phrase of list `name`."""
        return self.write(self.rng.choice(self.lists[name]))

    def detail(self, level: int) -> tuple[float, str]:
        """Return (stars, clause) about one aspect: `level` 5, 4, 2 or 1."""
        rng = self.rng
        kind, aspects = rng.choice(self.lists["aspects"])
        words = _KINDS[kind][{5: 0, 4: 1, 2: 2, 1: 3}[level]]
        aspect, word = rng.choice(aspects), self.write(rng.choice(words))
        stars, roll = float(level), rng.random()
        if level in (4, 2) and roll < 0.3:
            word, stars = f"{self.pick('boost')} {word}", {4: 4.7, 2: 1.5}[level]
        elif level == 4 and roll < 0.4:
            word, stars = f"{self.pick('mild')} {word}", 3.9
        elif level == 2 and roll < 0.42:
            word, stars = f"{self.pick('damp')} {word}", 2.4
        elif level in (5, 1) and roll < 0.12:
            word = f"{self.pick('boost')} {word}"
        be = rng.choice(
            ("is", "was", "was", "are", "were", "looks", "felt", "seems") if rng.random() < 0.8 else ("", "is", "was")
        )
        shape = rng.random()
        if shape < 0.45:
            clause = f"the {aspect} {be} {word}"
        elif shape < 0.65:
            clause = f"{word} {aspect}"
        elif shape < 0.75:
            clause = f"{aspect} {be} {word}"
        elif shape < 0.85:
            second = self.write(rng.choice(words))
            clause = f"the {aspect} {be} {word} and {second}"
        elif shape < 0.93:
            clause = f"{self.slot('x')} {rng.choice(('is', 'was', 'looks', 'feels', 'seems'))} {word}"
        else:
            clause = f"{word} and {self.write(rng.choice(words))}"
        return stars, clause

    def negated(self) -> tuple[float, str]:
        """Return (stars, clause) with a negation, a contrast of two words, or a comparison."""
        rng = self.rng
        stars, phrases = rng.choice(_NEGATED)
        kind, aspects = rng.choice(self.lists["aspects"])
        good = _KINDS[kind][1] if rng.random() < 0.7 else _KINDS[kind][0]
        bad = _KINDS[kind][2] if rng.random() < 0.75 else _KINDS[kind][3]
        self.lists["p"], self.lists["n"] = (good, bad) if rng.random() < 0.6 else (_PLAIN_GOOD, _PLAIN_BAD)
        text = self.write(rng.choice(phrases))
        if text.split()[0] in (
            "i",
            "they",
            "people",
            "no",
            "used",
            "supposed",
            "sometimes",
            "looked",
            "looks",
            "nothing",
        ):
            return stars, text
        subject = rng.choice(("it", f"the {rng.choice(aspects)}", f"the {self.noun}", f"this {self.noun}", "", ""))
        verb = (
            ""
            if text.split()[0].endswith(("n't", "is", "was"))
            else rng.choice(("is ", "was ", "'s " if subject == "it" else "is "))
        )
        return stars, f"{subject} {verb}{text}".strip() if subject else text

    def clause(self, level: int) -> tuple[float, str]:
        """Return (stars, clause): a detail, an event or an opinion on `level`."""
        rng, roll = self.rng, self.rng.random()
        if roll < 0.12:
            return (4.5 if level > 3 else 1.5), self.word(level > 3)
        if roll < 0.5:
            return {5: 4.9, 4: 4.1, 2: 1.9, 1: 1.1}[level], self.pick({5: "p5", 4: "p4", 2: "n2", 1: "n1"}[level])
        if roll < 0.86:
            return self.detail(level)
        stars, phrases = _OPINION[{5: 0, 4: 1, 2: 3, 1: 4}[level]]
        return stars, self.write(rng.choice(phrases))

    def verdict(self, level: int) -> str:
        """Return a clause that judges the whole on `level` 5, 4, 3, 2 or 1."""
        return self.pick(f"v{level}")

    def join(self, clauses: list[str]) -> str:
        """Return the clauses as one text."""
        text = clauses[0]
        for clause in clauses[1:]:
            link = self.rng.choice(_JOIN)
            text += f"{'' if link[0] in '.,!;' else ' '}{link} {clause}"
        return text

    def compose(self) -> tuple[float, str, int]:
        """Return (stars, text, mood): one review; mood 1, 0 or -1 says which emoji fit."""
        rng = self.rng
        roll = rng.random()
        if roll < 0.25:
            return self.plain()
        if roll < 0.46:
            return self.common()
        if roll < 0.68:
            return self.story()
        if roll < 0.69:  # a nitpick that nothing makes good
            nit = self.pick("nit")
            return (4.0 if "only " in nit or "wish" in nit else 2.5), nit, 0
        shape = rng.random()
        if shape < 0.17:  # one verdict
            level = rng.choice((5, 5, 4, 4, 3, 3, 2, 2, 1, 1))
            return float(level), self.verdict(level), _mood(level)
        if shape < 0.56:  # clauses that agree
            level = rng.choice((5, 5, 4, 2, 1, 1) if rng.random() < 0.7 else (4, 2))
            return self.agree(level)
        if shape < 0.66:  # negation
            stars, text = self.negated()
            if rng.random() < 0.35 and abs(stars - 3) > 0.8:
                level = 4 if stars > 3 else 2
                text = self.join([text, self.clause(level)[1]] if rng.random() < 0.5 else [self.clause(level)[1], text])
            return stars, text, _mood(stars)
        if shape < 0.90:
            return self.contrast()
        return self.middling()

    def word(self, good: bool) -> str:
        """Return one clause that hangs on one or two words or on a short phrase."""
        rng, side = self.rng, "good" if good else "bad"
        roll = rng.random()
        if roll < 0.15:
            self.lists["thing"] = self.lists[f"{side}_things"]
            return self.pick("thing_frames")
        if roll < 0.35:
            self.lists["act"] = self.lists[f"{side}_acts"]
            return self.pick("act_frames")
        if roll < 0.6:
            self.lists["w"] = self.lists["w2"] = self.lists[f"{side}_words"]
            return self.pick("frames")
        if roll < 0.75:
            subject = rng.choice(
                ("it", "it", "it", "this", "{x}", "{x}", "the {aspect}", "the {aspect}", "that", "mine")
            )
            return f"{self.write(_parse(subject))} {self.pick(f'{side}_does')}"
        if roll < 0.87:
            subject = rng.choice(
                ("they", "the staff", "the {item}", "he", "she", "{name}", "the people there", "the manager")
            )
            return f"{self.write(_parse(subject))} {self.pick(f'{side}_folk')}"
        return self.pick(f"{side}_me")

    def plain(self) -> tuple[float, str, int]:
        """Return a review in plain words, mostly with sentences around it that say nothing."""
        rng = self.rng
        good = rng.random() < 0.47
        clauses = [self.word(good) for _ in range(rng.choice((1, 1, 1, 2, 2, 3)))]
        clauses = [f"{text} {self.pick('tails')}" if rng.random() < 0.3 else text for text in clauses]
        extra = 0.25 * (len(clauses) - 1)
        for _ in range(rng.choice((0, 0, 1, 1, 2))):
            clauses.insert(rng.randint(0, len(clauses)), self.pick("neutral"))
        text = (
            self.join(clauses)
            if rng.random() < 0.8
            else f" {rng.choice(('and', 'so', 'because', 'when', 'which', 'that'))} ".join(clauses)
        )
        return (4.55 + extra, text, 1) if good else (1.45 - extra, text, -1)

    def story(self) -> tuple[float, str, int]:
        """Return one or two whole sentences, with a detail or a verdict now and then."""
        rng = self.rng
        level = rng.choice((5, 5, 4, 4, 3, 2, 2, 1, 1))
        clauses = [self.pick(_STORIES[level])]
        roll = rng.random()
        if roll < 0.15:
            clauses.append(self.pick(_STORIES[level]))
        elif roll < 0.3 and level != 3:
            clauses.append(self.clause(level)[1])
        elif roll < 0.4:
            clauses.append(self.pick(f"c{level}"))
        elif roll < 0.48:
            clauses.insert(0, self.pick("neutral"))
        return {5: 4.9, 4: 4.1, 3: 3.0, 2: 1.9, 1: 1.1}[level], ". ".join(clauses), _mood(level)

    def common(self) -> tuple[float, str, int]:
        """Return a review of one or two of the phrases that reviewers use most, alone or with something that fits."""
        rng = self.rng
        level = rng.choice((5, 5, 4, 4, 3, 2, 2, 1, 1))
        clauses, stars, roll = [self.pick(f"c{level}")], float(level), rng.random()
        if roll < 0.25:
            clauses.append(self.pick(f"c{level}"))
        elif roll < 0.45 and level != 3:
            clauses.append(self.clause(level)[1])
        elif roll < 0.6:
            clauses.append(self.pick("neutral"))
        elif roll < 0.68 and level != 3:
            clauses += [self.pick(f"c{level}"), self.clause(level)[1]]
        rng.shuffle(clauses)
        if level == 2 and len(clauses) > 2:
            stars = 1.7
        return stars, self.join(clauses), _mood(level)

    def agree(self, level: int) -> tuple[float, str, int]:
        """Return a review whose clauses all point the same way; the strongest clause and the number of them count."""
        rng = self.rng
        count = rng.choice((1, 1, 2, 2, 2, 3, 3, 4))
        neighbours = {5: (5, 4, 4), 4: (4, 4, 5), 2: (2, 2, 1), 1: (1, 2, 2)}[level]
        values, clauses = [], []
        for index in range(count):
            stars, text = self.clause(level if index == 0 else rng.choice(neighbours))
            values.append(stars)
            clauses.append(text)
        if rng.random() < 0.4:
            clauses.append(self.verdict(level))
            values += [float(level)] * 2
        rng.shuffle(clauses)
        mean = sum(values) / len(values)
        strongest = max(values) if level > 3 else min(values)
        stars = 0.4 * mean + 0.6 * strongest + (0.1 if level > 3 else -0.1) * (len(values) - 1)
        return stars, self.join(clauses), _mood(level)

    def contrast(self) -> tuple[float, str, int]:
        """Return a review that says one thing and then the opposite."""
        rng, roll = self.rng, self.rng.random()
        good = self.clause(rng.choice((5, 4, 4)))[1] if rng.random() < 0.6 else self.verdict(rng.choice((5, 4)))
        if roll < 0.36:  # praise with a nitpick: four stars
            nit = self.pick("nit")
            if rng.random() < 0.25:
                return 4.0, f"{nit} {rng.choice(_BUT_POS)} {good}", 1
            if rng.random() < 0.3:
                good = self.join([good, self.clause(4)[1]])
            return 4.0, f"{good}{_glue(rng.choice(_BUT))} {nit}", 1
        if roll < 0.48:  # a complaint with a consolation: two stars
            bad = self.clause(rng.choice((2, 2, 1)))[1] if rng.random() < 0.6 else self.verdict(rng.choice((2, 1)))
            if rng.random() < 0.3:
                return 1.9, f"{self.pick('console')}{_glue(rng.choice(_BUT))} {bad}", -1
            return 1.9, f"{bad}{_glue(rng.choice(_BUT))} {self.pick('console')}", -1
        level_good, level_bad = rng.choice((5, 4, 4)), rng.choice((2, 2, 1))
        praise, complaint = self.clause(level_good)[1], self.clause(level_bad)[1]
        if roll < 0.62:  # one good thing, one bad thing: the last word weighs more
            if rng.random() < 0.65:
                return 2.8 if level_bad == 2 else 2.3, f"{praise}{_glue(rng.choice(_BUT))} {complaint}", 0
            return 3.5, f"{complaint}{_glue(rng.choice(_BUT_POS))} {praise}", 0
        if roll < 0.80:  # a complaint, then a verdict in favour
            bad = complaint if rng.random() < 0.3 else self.pick("start")
            verdict = self.verdict(rng.choice((5, 4, 4)))
            if rng.random() < 0.25:
                return 4.1, f"{self.pick('although')} {bad}, {verdict}", 1
            return 4.1, f"{bad}{_glue(rng.choice(_BUT_POS))} {verdict}", 1
        verdict = self.verdict(rng.choice((2, 2, 1)))
        start = praise if rng.random() < 0.6 else self.pick("hope")
        if rng.random() < 0.2:
            return 1.9, f"{self.pick('although')} {start}, {verdict}", -1
        return 1.9, f"{start}{_glue(rng.choice(_BUT))} {verdict}", -1

    def middling(self) -> tuple[float, str, int]:
        """Return a three-star review."""
        rng, roll = self.rng, self.rng.random()
        if roll < 0.35:
            return 3.0, self.pick("mid"), 0
        if roll < 0.55:
            return (
                3.0,
                self.join(
                    [self.verdict(3), self.pick("mid")] if rng.random() < 0.5 else [self.pick("mid"), self.verdict(3)]
                ),
                0,
            )
        if roll < 0.75:
            return 3.0, self.join([self.verdict(3), self.write(rng.choice(_OPINION[2][1]))]), 0
        if roll < 0.88:
            return 3.1, f"{self.verdict(3)}{_glue(rng.choice(_BUT))} {self.pick('nit')}", 0
        if roll < 0.94:
            return 3.2, self.join([self.clause(4)[1], self.verdict(3)]), 0
        return 2.8, self.join([self.verdict(3), self.clause(2)[1]]), 0


START = """slow start / a bit slow [at first|to begin with] / took [a while|some time] to get used to / i was [sceptical|skeptical|unsure|hesitant|doubtful|worried|nervous] [at first|to begin with|after reading the reviews|]
had my doubts / didn't expect much / i expected the worst / i wasn't [sure|convinced] at first / not cheap / expensive / it's pricey / the first one [was faulty|arrived damaged|broke] / delivery took [ages|a while|forever] / a bit [complicated|tricky|rough|difficult] at first
there was a [small|minor|little] [problem|issue|mix up|hiccup|delay] [at first|with my order|] / the reviews [are|were] [mixed|bad] / looks [cheap|plain|strange|small] / nothing fancy / simple / it's not perfect / it has its flaws / it has [a few|some] [faults|flaws|problems|bugs] / not the [cheapest|prettiest|fastest|biggest] / i don't usually like {item}s / i usually hate {item}s / i almost [returned it|gave up|didn't buy it|cancelled]
i never thought i would like it / had a problem / the instructions are [bad|useless|hard to follow] / it took {wait} to set up / we had to wait {wait} / it was raining"""
HOPE = """i wanted to [like|love] [it|this] / [had|i had] [such|] high hopes / looked [great|amazing|promising|beautiful] [online|in the photos|at first|in the advert] / it started [well|out great|out fine] / worked [great|fine|well|perfectly] [at first|for a week|for a month|the first time|in the beginning|until the update] / great at first / nice [idea|concept|design|packaging] / good [idea|concept|in theory]
[lovely|beautiful|nice|pretty] [design|colour|box|view|looking] / everyone [raves about|loves|recommended] it / the reviews are [great|so good] / i [usually|normally] love [their {item}s|this brand] / i've bought from them before with no problems / used to be [my favourite|great|the best] / sounds [great|good] on paper / the photos look [great|amazing] / the first visit was [great|lovely|good] / the staff [were|was] [nice|polite|friendly] / i was [so|really] excited / i [so|really] looked forward to it / cheap [enough|price|]"""


def _mood(stars: float) -> int:
    return 1 if stars >= 3.8 else -1 if stars <= 2.3 else 0


def _glue(link: str) -> str:
    return link if link[0] in ".,;" else f" {link}"


def _nonsense(rng: random.Random) -> str:
    """Return a word that means nothing, so that the network learns that unknown words say nothing."""
    return "".join(
        rng.choice(_ONSETS) + rng.choice("aeiouaeiouy") + rng.choice(_CODAS) for _ in range(rng.choice((1, 2, 2, 3)))
    )


def _strew(rng: random.Random, text: str) -> str:
    """Put words that mean nothing, or everyday words, between the others: neither may change the verdict."""
    words = text.split(" ")
    for _ in range(rng.choice((1, 1, 2))):
        spot, count = rng.randint(0, len(words)), rng.choice((1, 1, 2, 3, 4, 6))
        words[spot:spot] = [rng.choice(_EVERYDAY) if rng.random() < 0.6 else _nonsense(rng) for _ in range(count)]
    return " ".join(words)


def _typo(rng: random.Random, text: str) -> str:
    """Swap, drop or double one letter of one longer word."""
    words = text.split(" ")
    long = [index for index, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    if not long:
        return text
    index = rng.choice(long)
    word, spot, roll = words[index], rng.randrange(1, len(words[index]) - 1), rng.random()
    if roll < 0.35:
        word = word[:spot] + word[spot + 1] + word[spot] + word[spot + 2 :]
    elif roll < 0.7:
        word = word[:spot] + word[spot + 1 :]
    else:
        word = word[:spot] + word[spot] * rng.choice((2, 2, 4)) + word[spot + 1 :]
    words[index] = word
    return " ".join(words)


def _noise(rng: random.Random, text: str, mood: int) -> str:
    """Add what real writing has: emoji, lost apostrophes, full forms, typos, capitals, a filler, a full stop or none."""
    if rng.random() < 0.12:
        filler = rng.choice(_FILLER)
        text = f"{filler}, {text}" if rng.random() < 0.7 else f"{text} {filler}"
    text += rng.choice(_END)
    roll = rng.random()
    if roll < 0.06:
        text = text.replace("n't", "nt").replace("'s", "s").replace("i'm", "im").replace("'ve", "ve")
    elif roll < 0.13:
        text = (
            text.replace("can't", "cannot").replace("won't", "will not").replace("n't", " not").replace("i'm", "i am")
        )
    if rng.random() < 0.06:
        text += " " + " ".join([rng.choice({1: _HAPPY, 0: _MEH, -1: _ANGRY}[mood])] * rng.choice((1, 1, 2)))
    if rng.random() < 0.05:
        text = _typo(rng, text)
    text = re.sub(r"\bi\b", "I", re.sub(r"\s+", " ", text).replace(" ,", ",").strip())
    return text[:1].upper() + text[1:] if rng.random() < 0.8 else text.upper() if rng.random() < 0.1 else text


def _blocks() -> dict[str, dict]:
    """Return the parsed phrase lists of every domain: the general lists, then what the domain adds."""
    general = {name: _split(text) for name, text in SLOTS.items()}
    general |= {"a5": _split(ADJ5), "a4": _split(ADJ4), "a3": _split(ADJ3), "a2": _split(ADJ2), "a1": _split(ADJ1)}
    general |= {
        "n5": _split(NOUN5),
        "n1w": _split(NOUN1),
        "bn": _split(NOUN2),
        "old": _split(OLD),
        "love5": _split(LOVE5),
    }
    general |= {"v5": _split(VERDICT5), "v4": _split(VERDICT4), "v3": _split(VERDICT3), "v2": _split(VERDICT2)}
    general |= {"v1": _split(VERDICT1.replace("{n1}", "{n1w}")), "context": _split(CONTEXT), "console": _split(CONSOLE)}
    general |= {"nitnoun": _split(NITNOUN), "nitif": _split(NITIF), "nitif2": _split(NITIF2), "start": _split(START)}
    general |= {
        "hope": _split(HOPE),
        "although": _split(ALTHOUGH),
        "s5": _split(ADJ5),
        "s4": _split(ADJ4),
        "s1": _split(ADJ1),
    }
    general |= {f"c{level}": _split(text) for level, text in COMMON.items()}
    general |= {name.lower(): _split(globals()[name]) for name in _PLAIN}
    general |= {"gw": _split(ADJ4), "bw": _split(ADJ2)}
    lists = {}
    for name, domain in DOMAINS.items():
        own = {key: _split(domain[key]) for key in ("p5", "p4", "n1", "mid")}
        own |= {"n2": _split(domain["n2"]), "nit": _split(domain["nit"]) + _split(NIT)}
        merged = {key: tuple(_parse(phrase) for phrase in value) for key, value in (general | own).items()}
        merged["items"] = _split(domain["items"])
        merged["aspects"] = tuple((kind, _split(words)) for kind, words in domain["aspects"].items())
        lists[name] = merged
    return lists


_ONSETS = _split(
    " / ".join("bcdfghjklmnprstvwyz") + " / bl / br / ch / cl / cr / dr / fl / fr / gr / pl / pr / qu / sc"
)
_ONSETS += _split("sh / sk / sl / sp / st / str / th / tr / tw / wh")
_CODAS = (
    "",
    "",
    "",
    *_split("b / ck / d / g / l / ll / m / n / nd / ng / nt / p / r / rd / rk / s / sh / ss / st / t / x"),
)
_EVERYDAY = EVERYDAY.split()
_STORIES = {5: "good_story", 4: "okay_story", 3: "mid_story", 2: "poor_story", 1: "bad_story"}
_PLAIN = (
    "GOOD_WORDS",
    "BAD_WORDS",
    "GOOD_DOES",
    "BAD_DOES",
    "GOOD_FOLK",
    "BAD_FOLK",
    "GOOD_ME",
    "BAD_ME",
    "NEUTRAL",
    "FRAMES",
    "GOOD_HAS",
    "BAD_HAS",
    "TAILS",
    "BAD_THINGS",
    "GOOD_THINGS",
    "THING_FRAMES",
    "BAD_ACTS",
    "GOOD_ACTS",
    "ACT_FRAMES",
    "GOOD_STORY",
    "OKAY_STORY",
    "MID_STORY",
    "POOR_STORY",
    "BAD_STORY",
)
_KINDS = {
    name: tuple(tuple(_parse(word) for word in _split(level)) for level in levels) for name, levels in KINDS.items()
}
_LISTS = _blocks()
_NEGATED = tuple((stars, tuple(_parse(phrase) for phrase in _split(text))) for stars, text in NEGATED)
_OPINION = tuple((stars, tuple(_parse(phrase) for phrase in _split(text))) for stars, text in OPINION)
_PLAIN_GOOD = tuple(
    _parse(word) for word in _split(ADJ4) + ("good", "great", "good", "great", "amazing", "happy", "impressed") * 3
)
_PLAIN_BAD = tuple(_parse(word) for word in _split(ADJ2) + ("bad", "terrible", "awful", "bad", "horrible") * 3)
_JOIN, _FILLER, _BUT, _BUT_POS = _split(JOIN), _split(SLOTS["filler"]), _split(BUT), _split(BUT_POS)
_END = (".", ".", ".", ".", ".", "!", "!", "!!", "!!!", "...", "", "", "", "")
_HAPPY, _ANGRY, _MEH = (tuple(text.split(" / ")) for text in (HAPPY, ANGRY, MEH))
# Longer vocabularies get more reviews.
_WEIGHTS = {name: len(domain["n2"]) ** 0.5 for name, domain in DOMAINS.items()}


def generate(count: int, seed: int = 0) -> list[tuple[str, float]]:
    """Return `count` reviews as (text, stars): stars is a float from 1.0 to 5.0. The same seed gives the same reviews."""
    rng = random.Random(seed)
    names = rng.choices(list(_WEIGHTS), weights=list(_WEIGHTS.values()), k=count)
    reviews = []
    for name in names:
        writer = _Writer(rng, name)
        stars, text, mood = writer.compose()
        if rng.random() < 0.3:  # a neutral sentence, mostly in front
            context = writer.pick("context" if rng.random() < 0.5 else "neutral")
            text = f"{context}. {text}" if rng.random() < 0.75 else f"{text}. {context}"
        if rng.random() < 0.3:
            text = _strew(rng, text)
        reviews.append((_noise(rng, text, mood), min(5.0, max(1.0, stars))))
    return reviews
