using OpenClaw.Gateway.Core.Routing.Languages;

namespace OpenClaw.Core.Tests.Routing.Languages;

public sealed class LanguageDetectorTests
{
    [Theory]
    [InlineData("en", "Where is my order? I have been waiting for two weeks.")]
    [InlineData("en", "can you please help me with this")]
    [InlineData("de", "Wo ist meine Bestellung? Ich warte schon seit zwei Wochen.")]
    [InlineData("de", "Guten Tag, ich möchte mein Geld zurück.")]
    [InlineData("fr", "Où est ma commande ? J'attends depuis deux semaines.")]
    [InlineData("fr", "Bonjour, je voudrais parler à quelqu’un s’il vous plaît")]
    [InlineData("es", "¿Dónde está mi pedido? Llevo dos semanas esperando.")]
    [InlineData("es", "hola, necesito ayuda con mi factura por favor")]
    [InlineData("pt", "Onde está o meu pedido? Estou esperando há duas semanas.")]
    [InlineData("pt", "Olá, não consigo entrar na minha conta")]
    [InlineData("it", "Dove è il mio ordine? Sto aspettando da due settimane.")]
    [InlineData("it", "Buongiorno, vorrei parlare con qualcuno")]
    [InlineData("nl", "Waar is mijn bestelling? Ik wacht al twee weken.")]
    [InlineData("nl", "Kunt u mij helpen met deze factuur?")]
    [InlineData("sv", "Var är min beställning? Jag har väntat i två veckor.")]
    [InlineData("sv", "Hej, jag behöver hjälp med fakturan")]
    [InlineData("da", "Hvor er min bestilling? Jeg har ventet i to uger, og den er ikke kommet.")]
    [InlineData("da", "Hej, jeg har brug for hjælp med noget, kan I ringe til mig?")]
    [InlineData("no", "Hei, hva har skjedd med bestillingen? Jeg har ikke fått noe ennå.")]
    [InlineData("no", "Kan dere hjelpe meg? Det er noe feil etter oppdateringen.")]
    [InlineData("fi", "Missä minun tilaukseni on? Olen odottanut kaksi viikkoa.")]
    [InlineData("fi", "Hei, voitko auttaa, en pääse sisään")]
    [InlineData("pl", "Gdzie jest moje zamówienie? Czekam już dwa tygodnie.")]
    [InlineData("pl", "Dzień dobry, proszę o pomoc")]
    [InlineData("cs", "Kde je moje objednávka? Čekám už dva týdny a nepřišla.")]
    [InlineData("cs", "Dobrý den, nemůžu se přihlásit, prosím pomozte")]
    [InlineData("sk", "Kde je moja objednávka? Čakám už dva týždne a nič.")]
    [InlineData("sk", "Dobrý deň, nemôžem sa prihlásiť, ďakujem")]
    [InlineData("hu", "Hol van a rendelésem? Már két hete várok.")]
    [InlineData("hu", "Jó napot, segítséget szeretnék kérni, köszönöm")]
    [InlineData("ro", "Unde este comanda mea? Aștept de două săptămâni.")]
    [InlineData("ro", "Bună ziua, am nevoie de ajutor vă rog")]
    [InlineData("tr", "Siparişim nerede? İki haftadır bekliyorum.")]
    [InlineData("tr", "Merhaba, bana yardım edebilir misiniz lütfen")]
    [InlineData("hr", "Gdje je moja narudžba? Čekam već dva tjedna.")]
    [InlineData("sl", "Kje je moje naročilo? Čakam že dva tedna in še ni prišlo.")]
    [InlineData("et", "Kus on minu tellimus? Ma olen oodanud kaks nädalat.")]
    [InlineData("lt", "Kur yra mano užsakymas? Laukiu jau dvi savaites.")]
    [InlineData("lv", "Kur ir mans pasūtījums? Es gaidu jau divas nedēļas.")]
    [InlineData("ru", "Где мой заказ? Я жду уже две недели.")]
    [InlineData("ru", "Здравствуйте, помогите пожалуйста")]
    [InlineData("uk", "Де моє замовлення? Я чекаю вже два тижні.")]
    [InlineData("uk", "Вітаю, допоможіть будь ласка")]
    [InlineData("bg", "Къде е моята поръчка? Чакам вече две седмици.")]
    [InlineData("el", "Πού είναι η παραγγελία μου;")]
    [InlineData("he", "איפה ההזמנה שלי?")]
    [InlineData("ar", "أين طلبي؟ أنتظر منذ أسبوعين")]
    [InlineData("hi", "मेरा ऑर्डर कहाँ है?")]
    [InlineData("th", "คำสั่งซื้อของฉันอยู่ที่ไหน")]
    [InlineData("ko", "제 주문은 어디에 있나요?")]
    [InlineData("ja", "私の注文はどこですか？")]
    [InlineData("zh", "我的订单在哪里？")]
    [InlineData("zh", "iPhone 退款")]
    public void Detect_Sentence_ItsLanguage(string expected, string text) => Assert.Equal(expected, LanguageDetector.Detect(text));

    [Theory]
    [InlineData("")]
    [InlineData("12345")]
    [InlineData("ok")]
    [InlineData("😀😀😀")]
    [InlineData("refund")]
    [InlineData("asdf qwer zxcv")]
    [InlineData("SKU-12 XK7 PPQ")]
    [InlineData("https://example.com/a?b=c")]
    [InlineData("سفارش من کجاست؟ چرا هنوز نیامده است")] // Persian
    public void Detect_Unsure_Null(string text) => Assert.Null(LanguageDetector.Detect(text));

    [Fact]
    public void Detect_NamedLanguages_AllCanBeFound() =>
        Assert.Equal(LanguageNames.All.Keys.Order(), LanguageWords.All.Select(l => l.Code).Concat(["el", "he", "ar", "hi", "th", "ko", "ja", "zh"]).Order());

    [Fact]
    public void Detect_AnyText_NeverThrows()
    {
        var chance = new Random(5);
        for (var i = 0; i < 2_000; i++)
        {
            var text = new char[chance.Next(200)];
            for (var c = 0; c < text.Length; c++) text[c] = (char)chance.Next(0x10000);
            LanguageDetector.Detect(text);
        }
    }
}
