using System.Text;
using OpenAI.Chat;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents.Tools;

namespace OpenClaw.Gateway.Core.Agents.OpenAi;

/// <summary>What a model is given to read: the system prompt, what was said before, the message, and what tools gave since.</summary>
internal sealed class Conversation
{
    private const string Operator = "operator";

    private readonly string _system;
    private readonly string _text;
    private readonly AttachmentInputs _files;
    private readonly List<ChatMessage> _rounds = [];
    private List<HistoryEntry> _history;
    private int _given;

    private Conversation(string system, List<HistoryEntry> history, string text, AttachmentInputs files) => (_system, _history, _text, _files) = (system, history, text, files);

    public bool HasImages => _files.Images.Count > 0;

    /// <summary>Messages have names.</summary>
    public bool HasNames => _history.Exists(h => h.From == MessageFrom.Operator);

    public static Conversation Of(AgentRequest request, OpenAiSettings settings, AttachmentInputs files, DateTimeOffset now)
    {
        var system = settings.SystemPrompt.Fill(request, now);
        if (!string.IsNullOrWhiteSpace(request.Note)) system = $"{system}\n\nA person of the team has written in this conversation and left you this note: {request.Note}".TrimStart();
        var history = settings.HistoryMessages == 0 ? [] : request.History().Where(h => !h.Text.IsEmpty).TakeLast(settings.HistoryMessages).ToList();
        return new(system, history, TextOf(request), files);
    }

    /// <summary>How long it is with these tools, as far as it can be measured in characters.</summary>
    public ConversationSize Size(int tools) => new(_history.Sum(static h => h.Text.Length), _history.Count, _system.Length + _text.Length + _files.TextsWithoutImages.Length + _given + tools);

    /// <summary>Keeps the newest of what was said before, so much as fits into that many characters. Returns how much was left out.</summary>
    public int Shorten(double characters)
    {
        var from = _history.Count;
        while (from > 0 && _history[from - 1].Text.Length <= characters) characters -= _history[--from].Text.Length;
        _history = _history[from..];
        return from;
    }

    /// <summary>What the model wished and what came of it.</summary>
    public void Add(ModelTurn turn, IReadOnlyList<ToolResult> results)
    {
        var wishes = new AssistantChatMessage(turn.Wishes.Select(w => ChatToolCall.CreateFunctionToolCall(w.Id, w.Name.Length > 0 ? w.Name : "unnamed", BinaryData.FromString(ToolArguments.IsObject(w.Arguments) ? w.Arguments : "{}"))));
        if (turn.HasText) wishes.Content.Add(ChatMessageContentPart.CreateTextPart(turn.Text.ToString()));
        _rounds.Add(wishes);
        _given += turn.Text.Length + turn.Wishes.Sum(static w => w.Length) + results.Sum(static r => r.Text.Length);
        for (var i = 0; i < results.Count; i++) _rounds.Add(new ToolChatMessage(turn.Wishes[i].Id, results[i].IsError ? $"Error: {results[i].Text}" : results[i].Text));
    }

    /// <summary>All of it, as the server takes it.</summary>
    public IEnumerable<ChatMessage> Messages(Dialect dialect)
    {
        if (_system.Length > 0 && !dialect.NoSystem) yield return new SystemChatMessage(_system);
        var said = dialect.StrictRoles ? Joined() : _history.ConvertAll(h => (h.From, Text: h.Text.ToString()));
        var before = "";
        if (dialect.StrictRoles && said.Count > 0 && said[^1].From == MessageFrom.User)
        {
            before = said[^1].Text + "\n\n"; // a turn of its own would be the second of the user's
            said.RemoveAt(said.Count - 1);
        }

        if (_system.Length > 0 && dialect.NoSystem)
        {
            var first = said.FindIndex(s => s.From == MessageFrom.User);
            if (first >= 0) said[first] = (MessageFrom.User, $"{_system}\n\n{said[first].Text}");
            else before = $"{_system}\n\n{before}";
        }

        foreach (var (from, text) in said) yield return Message(from, text, dialect);
        yield return Question(before, dialect);
        foreach (var message in _rounds) yield return message;
    }

    private static ChatMessage Message(MessageFrom from, string text, Dialect dialect) => from switch
    {
        MessageFrom.User => new UserChatMessage(text),
        MessageFrom.Operator when !dialect.NoNames && !dialect.StrictRoles => new AssistantChatMessage(text) { ParticipantName = Operator },
        _ => new AssistantChatMessage(text),
    };

    /// <summary>The user first, then by turns.</summary>
    private List<(MessageFrom From, string Text)> Joined()
    {
        List<(MessageFrom From, string Text)> joined = [];
        foreach (var entry in _history)
        {
            var from = entry.From == MessageFrom.User ? MessageFrom.User : MessageFrom.Agent;
            if (joined.Count > 0 && joined[^1].From == from) joined[^1] = (from, $"{joined[^1].Text}\n\n{entry.Text}");
            else if (joined.Count > 0 || from == MessageFrom.User) joined.Add((from, entry.Text.ToString()));
        }

        return joined;
    }

    private UserChatMessage Question(string before, Dialect dialect)
    {
        var withImages = HasImages && !dialect.NoImages;
        var text = (before + _text + (withImages ? _files.Texts : _files.TextsWithoutImages)).Trim();
        if (!withImages) return new(text);
        return text.Length == 0 ? new(_files.Images) : new([ChatMessageContentPart.CreateTextPart(text), .. _files.Images]);
    }

    private static string TextOf(AgentRequest request)
    {
        var text = new StringBuilder();
        if (request.Extras?.Mail?.Subject is { Length: > 0 } subject) text.Append("Subject: ").Append(subject).Append("\n\n");
        text.Append(request.Text.IsEmpty ? request.Extras?.Button : request.Text.ToString());
        return text.ToString();
    }
}
