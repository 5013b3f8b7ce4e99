using System.Buffers;
using System.Globalization;
using System.Text;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents.Answers;

namespace OpenClaw.Gateway.Core.Agents.OpenAi;

/// <summary>A call of a tool that the model wishes, put together from its pieces.</summary>
internal sealed class ToolWish
{
    private readonly ArrayBufferWriter<byte> _arguments = new();

    /// <summary>The server's id of it; made here where there is none.</summary>
    public string Id { get; set; } = "";

    public string Name { get; set; } = "";

    /// <summary>As the model wrote them; may be no JSON.</summary>
    public string Arguments => Encoding.UTF8.GetString(_arguments.WrittenSpan);

    public int Length => _arguments.WrittenCount;

    public void Add(ReadOnlySpan<byte> arguments) => _arguments.Write(arguments);
}

/// <summary>What the model said when it was asked once.</summary>
internal sealed class ModelTurn
{
    private const int MostWishes = 64;
    private const int MostArguments = 512 * 1024;

    private readonly ArrayBufferWriter<byte> _text = new();
    private readonly Dictionary<int, ToolWish> _byIndex = [];
    private readonly List<ToolWish> _wishes = [];

    /// <summary>Why it stopped, as the server says; null = not told.</summary>
    public string? FinishReason { get; set; }

    /// <summary>There was an answer at all, be it an empty one.</summary>
    public bool HasChoice { get; set; }

    /// <summary>What it said is a refusal.</summary>
    public bool IsRefusal { get; set; }

    /// <summary>The model as the server names it.</summary>
    public string? Model { get; set; }

    public long? InputTokens { get; set; }

    public long? OutputTokens { get; set; }

    public Utf8Text Text => new(_text.WrittenSpan.ToArray());

    public bool HasText => _text.WrittenCount > 0;

    public IReadOnlyList<ToolWish> Wishes => _wishes;

    public void AddText(ReadOnlySpan<byte> text)
    {
        if (text.Length > AnswerLimits.Bytes - _text.WrittenCount) throw TooLarge();
        _text.Write(text);
    }

    /// <summary>The wish that a piece belongs to. Servers number pieces (OpenAI), name them by their id, or number all of them 0 (some).</summary>
    public ToolWish WishOf(int? index, string? id)
    {
        var known = index is { } number ? _byIndex.GetValueOrDefault(number) : id is null ? _wishes.LastOrDefault() : _wishes.Find(w => w.Id == id);
        if (known is not null && (string.IsNullOrEmpty(id) || known.Id.Length == 0 || known.Id == id)) return known;
        if (_wishes.Count == MostWishes) throw AnswerException.Bad(string.Create(CultureInfo.InvariantCulture, $"the model asks for more than {MostWishes} tools at once"));
        var wish = new ToolWish();
        _wishes.Add(wish);
        if (index is { } place) _byIndex[place] = wish;
        return wish;
    }

    public static void AddArguments(ToolWish wish, ReadOnlySpan<byte> arguments)
    {
        if (arguments.Length > MostArguments - wish.Length) throw AnswerException.TooLarge(string.Create(CultureInfo.InvariantCulture, $"the arguments of a tool call are longer than {MostArguments / 1024} KB"));
        wish.Add(arguments);
    }

    /// <summary>Every wish gets an id and a name: what follows needs them.</summary>
    public void Complete()
    {
        for (var i = 0; i < _wishes.Count; i++)
        {
            if (_wishes[i].Id.Length == 0) _wishes[i].Id = string.Create(CultureInfo.InvariantCulture, $"call_{i}");
        }
    }

    public static AnswerException TooLarge() =>
        AnswerException.TooLarge(string.Create(CultureInfo.InvariantCulture, $"The model's answer is larger than {AnswerLimits.Bytes / 1024 / 1024} MB."));
}
