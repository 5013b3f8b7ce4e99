using OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Text;

namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Mime.Reading.Text;

/// <summary>New text, history and signatures.</summary>
public sealed class QuotedTextTests
{
    [Theory]
    [InlineData("On Tue, 5 Mar 2024 at 10:11, Bob <bob@example.org> wrote:")]
    [InlineData("On Tue, 5 Mar 2024 at 10:11, Bob With A Very Long Name\n<bob@example.org> wrote:")]
    [InlineData("Am 05.03.2024 um 10:11 schrieb Bob:")]
    [InlineData("Am Di., 5. März 2024 um 10:11 Uhr schrieb Bob <bob@example.org>:")]
    [InlineData("Le mar. 5 mars 2024 à 10:11, Bob <bob@example.org> a écrit :")]
    [InlineData("El mar, 5 mar 2024 a las 10:11, Bob (<bob@example.org>) escribió:")]
    [InlineData("Il giorno mar 5 mar 2024 alle ore 10:11 Bob <bob@example.org> ha scritto:")]
    [InlineData("Em ter., 5 de mar. de 2024 às 10:11, Bob <bob@example.org> escreveu:")]
    [InlineData("Op di 5 mrt 2024 om 10:11 schreef Bob <bob@example.org>:")]
    [InlineData("W dniu wt., 5 mar 2024 o 10:11 Bob <bob@example.org> napisał(a):")]
    [InlineData("вт, 5 мар. 2024 г. в 10:11, Bob <bob@example.org>:")]
    [InlineData("5 марта 2024 г., 10:11, Bob <bob@example.org> написал:")]
    [InlineData("Bob <bob@example.org> 于2024年3月5日周二 10:11写道：")]
    [InlineData("2024年3月5日(火) 10:11 Bob <bob@example.org>:")]
    public void Split_TopAnswer_HistoryFolded(string intro)
    {
        var split = QuotedText.Split($"Yes, please.\n\n{intro}\n\n> Shall I?\n>\n> Bob\n");
        Assert.Equal("Yes, please.", split.Fresh);
        Assert.Contains("Shall I?", split.Folded, StringComparison.Ordinal);
        Assert.False(split.IsInterleaved);
    }

    [Theory]
    [InlineData("-----Original Message-----\nFrom: Bob\nSent: Tuesday\nTo: Ada\nSubject: x")]
    [InlineData("________________________________\nFrom: Bob <bob@example.org>\nSent: Tuesday, March 5, 2024 10:11\nTo: Ada\nSubject: x")]
    [InlineData("Von: Bob\nGesendet: Dienstag, 5. März 2024\nAn: Ada\nBetreff: x")]
    [InlineData("De : Bob\nEnvoyé : mardi 5 mars 2024\nÀ : Ada\nObjet : x")]
    [InlineData("发件人: Bob\n发送时间: 2024年3月5日\n收件人: Ada\n主题: x")]
    [InlineData("*From:* Bob\n*Date:* Tuesday\n*To:* Ada\n*Subject:* x")]
    [InlineData("On Tue, 5 Mar 2024 at 10:11, Bob <bob@example.org> wrote:")]
    [InlineData("-------- Ursprüngliche Nachricht --------")]
    public void Split_UnmarkedHistory_FoldedToTheEnd(string intro)
    {
        var split = QuotedText.Split($"Yes, please.\n\n{intro}\n\nShall I?\n\nBob");
        Assert.Equal("Yes, please.", split.Fresh);
        Assert.EndsWith("Shall I?\n\nBob", split.Folded, StringComparison.Ordinal);
    }

    [Fact]
    public void Split_Interleaved_AnswersKeepWhatTheyAnswer()
    {
        var split = QuotedText.Split("Hi Bob,\n\nOn 5 Mar 2024, Bob wrote:\n> Tea?\nYes.\n> Milk?\nNo.\n\n> Sugar?\n> Bob\n");
        Assert.Equal("Hi Bob,\n\nOn 5 Mar 2024, Bob wrote:\n> Tea?\nYes.\n> Milk?\nNo.", split.Fresh);
        Assert.Equal("> Sugar?\n> Bob", split.Folded.Trim());
        Assert.True(split.IsInterleaved);
    }

    [Fact]
    public void Split_AnswerBelow_KeepsTheQuestion() => Assert.Equal("> Tea?\n\nYes.", QuotedText.Split("> Tea?\n\nYes.\n").Fresh);

    [Theory]
    [InlineData("> only\n> quoted")]
    [InlineData("On 5 Mar 2024 at 10:11, Bob <b@c.d> wrote:\n\n> x")]
    [InlineData("From: Bob\nSent: x\nTo: y\nSubject: z\n\nAll of it.")]
    [InlineData("-- \nOnly a signature")]
    public void Split_NothingNew_AllOfItShown(string text) => Assert.Equal((text, ""), (QuotedText.Split(text).Fresh, QuotedText.Split(text).Folded));

    [Theory]
    [InlineData("FYI\n\n---------- Forwarded message ---------\nFrom: Bob <b@c.d>\nDate: x\nSubject: y\nTo: z\n\nContent")]
    [InlineData("FYI\n\nBegin forwarded message:\n\n> From: Bob\n> Subject: y\n> \n> Content")]
    public void Split_Forwarded_IsToBeRead(string text) => Assert.Contains("Content", QuotedText.Split(text).Fresh, StringComparison.Ordinal);

    [Fact]
    public void Split_ForwardedBySubject_HeaderBlockIsNoHistory() =>
        Assert.Contains("Content", QuotedText.Split("FYI\n\nFrom: Bob\nSent: x\nTo: y\nSubject: z\n\nContent", forwarded: true).Fresh, StringComparison.Ordinal);

    [Theory]
    [InlineData("Text\n\n-- \nAda\nExample Ltd.", "-- \nAda\nExample Ltd.")]
    [InlineData("Text\n\n--\nAda", "--\nAda")]
    [InlineData("Text\n\nSent from my iPhone", "Sent from my iPhone")]
    [InlineData("Text\n\nVon meinem iPhone gesendet\n", "Von meinem iPhone gesendet\n")]
    [InlineData("Text\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n", "Get Outlook for iOS<https://aka.ms/o0ukef>\n")]
    [InlineData("Text\n\n-- \nAda\n\nOn 5 Mar 2024 at 10:11, Bob <b@c.d> wrote:\n> x", "-- \nAda\n")]
    public void Split_Signature_Apart(string text, string signature)
    {
        var split = QuotedText.Split(text);
        Assert.Equal("Text", split.Fresh);
        Assert.Equal(signature, split.Signature);
    }

    [Theory]
    [InlineData("He wrote:\nsomething\nand more")]
    [InlineData("Here it is:\n\nFrom: Berlin\nSomething else")]
    [InlineData("Prices -> see below\n\n> 100 items cost less\nand that is all")]
    [InlineData("On the list I wrote: milk")]
    [InlineData("Sent from my iPhone is what it says under all of them.\nHow do I change that?")]
    public void Split_OrdinaryText_NothingLost(string text) => Assert.Equal(text, QuotedText.Split(text).Fresh);

    [Fact]
    public void Split_GmailHtml_QuoteRecognised()
    {
        var text = HtmlText.Convert("<div dir=ltr>Yes.</div><br><div class=gmail_quote><div class=gmail_attr>On Tue, 5 Mar 2024 at 10:11, Bob &lt;<a href='mailto:b@c.d'>b@c.d</a>&gt; wrote:<br></div><blockquote class=gmail_quote style='margin:0'>Tea?<br></blockquote></div>", 1000);
        var split = QuotedText.Split(text);
        Assert.Equal("Yes.", split.Fresh);
        Assert.Contains("> Tea?", split.Folded, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\n> b\nc\n\n> d")]
    [InlineData("On 5 Mar 2024 at 10:11, Bob <b@c.d> wrote:\n> x\n\ny\n-- \nz")]
    public void Split_Segments_AreTheWholeText(string text) => Assert.Equal(text, string.Join('\n', QuotedText.Split(text).Segments.Select(s => s.Text)));
}
