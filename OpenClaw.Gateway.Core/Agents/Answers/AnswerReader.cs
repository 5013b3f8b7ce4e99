using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Agents.Answers;

/// <summary>Reads the JSON of agents (contract: agents.md, Response). Whatever is wrong with it is an <see cref="AnswerException"/>.</summary>
internal static class AnswerReader
{
    /// <summary>A whole answer.</summary>
    public static AgentAnswer Answer(ReadOnlyMemory<byte> json) => Read(json, static node =>
    {
        var messages = node.Items("messages", AnswerLimits.Messages).Select(Message).Where(m => !m.IsEmpty).ToList();
        if (messages.Sum(m => m.Attachments.Count) > AnswerLimits.Attachments) throw AnswerException.TooLarge($"the answer has more than {AnswerLimits.Attachments} attachments");
        return new AgentAnswer(messages, node.Raw("context"), node.Raw("preferences"), Handoff(node.Child("handoff")), node.Flag("end") ?? false);
    });

    /// <summary>One message.</summary>
    public static AnswerMessage Message(ReadOnlyMemory<byte> json) => Read(json, static node => Message(node));

    /// <summary>A piece of a message.</summary>
    public static Utf8Text Delta(ReadOnlyMemory<byte> json) => Read(json, static node => Utf8Text.From(node.RequiredText("text")));

    /// <summary>What an agent says about its own failure; it may go away unless the agent says that it will not.</summary>
    public static AnswerException Error(ReadOnlyMemory<byte> json) => Read(json, static node =>
    {
        var kind = node.Flag("retry") ?? true ? FailureKind.Transient : FailureKind.Permanent;
        var said = Excerpt.Of(Encoding.UTF8.GetBytes(string.Join(": ", new[] { node.Text("code"), node.Text("message") }.Where(s => !string.IsNullOrEmpty(s)))));
        return new AnswerException(kind, DeadLetterCauses.AgentError, said.Length == 0 ? "the agent reports an error" : "the agent reports an error: " + said);
    });

    private static T Read<T>(ReadOnlyMemory<byte> json, Func<AnswerNode, T> read)
    {
        if (json.Span.StartsWith("\uFEFF"u8)) json = json[3..];
        if (!Utf8.IsValid(json.Span)) throw AnswerException.Bad("the answer is not UTF-8");
        try
        {
            using var document = JsonDocument.Parse(json);
            return read(AnswerNode.Root(document.RootElement));
        }
        catch (JsonException e)
        {
            throw AnswerException.Bad("the answer is not JSON: " + e.Message);
        }
        catch (InvalidOperationException)
        {
            // the reader's way to say that an escape names half of a surrogate pair
            throw AnswerException.Bad("the answer has a string that is not well-formed Unicode");
        }
    }

    private static AnswerMessage Message(AnswerNode node)
    {
        var attachments = node.Items("attachments", AnswerLimits.Attachments).Select(a => a.RequiredUrl("url")).ToList();
        return new(Utf8Text.From(node.Text("text")), Buttons(node), Card(node.Child("card")), attachments);
    }

    private static List<MessageButton>? Buttons(AnswerNode node)
    {
        var buttons = node.Items("buttons", AnswerLimits.Messages).Select(Button).ToList();
        return buttons.Count == 0 ? null : buttons;
    }

    private static MessageButton Button(AnswerNode node)
    {
        var text = node.RequiredText("text");
        return new(text, node.Text("value") ?? text);
    }

    private static MessageCard? Card(AnswerNode? card)
    {
        if (card is not { } node) return null;
        var fields = node.Items("fields", AnswerLimits.Messages).Select(f => new CardField(f.RequiredText("name"), f.Text("value") ?? "")).ToList();
        var image = node.Text("imageUrl") is null ? null : node.RequiredUrl("imageUrl").AbsoluteUri;
        return new(node.Text("title"), node.Text("text"), fields.Count == 0 ? null : fields, image);
    }

    private static Handoff? Handoff(AnswerNode? handoff) =>
        handoff is { } node ? new(node.RequiredText("agent"), node.Text("reason")) : null;
}
