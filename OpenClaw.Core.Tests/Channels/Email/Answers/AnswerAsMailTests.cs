using OpenClaw.Core.Tests.Channels.Email.Protocol.Mime.Writing;
using OpenClaw.Gateway.Core.Channels.Email.Answers;

namespace OpenClaw.Core.Tests.Channels.Email.Answers;

public sealed class AnswerAsMailTests
{
    [PythonFact]
    public async Task Answer_WrittenAsMail_ReadsBackInBothForms()
    {
        var body = MarkdownMail.Of(new() { Text = "# Grüße\n\n- one\n- **two**\n\n[a](https://example.org/ü?x=1&y=2) 👩‍👩‍👧‍👦", Buttons = [new("Ja", "1"), new("Nein", "2")], Quote = new("Bob", default, "Frage?") });
        var mail = await PythonJudge.ReadAsync(await MailSamples.BytesAsync(MailSamples.Plain with { Text = body.Text, Html = body.Html }));
        Assert.Empty(mail.Defects);
        Assert.Equal(body.Text, mail.Text!.ReplaceLineEndings("\n"));
        Assert.Equal(body.Html, mail.Html!.ReplaceLineEndings("\n"));
    }
}
