using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Agents.Answers;

/// <summary>
/// An object in an agent's answer that knows where it stands, so that a fault names its field. Null means absent, unknown
/// fields are ignored, a wrong type throws <see cref="AnswerException"/>.
/// </summary>
internal readonly struct AnswerNode
{
    private readonly JsonElement _element;
    private readonly string _path;

    private AnswerNode(JsonElement element, string path)
    {
        if (element.ValueKind != JsonValueKind.Object) throw AnswerException.Bad($"{(path.Length == 0 ? "the answer" : path)} must be an object");
        (_element, _path) = (element, path);
    }

    public static AnswerNode Root(JsonElement element, string path = "") => new(element, path);

    public string? Text(string name)
    {
        if (!Find(name, out var value)) return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw Wrong(name, "a string");
    }

    public string RequiredText(string name) => Text(name) ?? throw Wrong(name, "a string");

    public bool? Flag(string name)
    {
        if (!Find(name, out var value)) return null;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong(name, "true or false");
    }

    public Uri RequiredUrl(string name) =>
        HttpUrls.TryParse(RequiredText(name), out var url) ? url : throw Wrong(name, "an absolute http or https URL");

    public AnswerNode? Child(string name) => Find(name, out var value) ? new AnswerNode(value, At(name)) : null;

    /// <summary>The objects of an array; none when it is absent. <paramref name="most"/> bounds them.</summary>
    public IReadOnlyList<AnswerNode> Items(string name, int most)
    {
        if (!Find(name, out var value)) return [];
        if (value.ValueKind != JsonValueKind.Array) throw Wrong(name, "an array");
        if (value.GetArrayLength() > most) throw AnswerException.TooLarge(string.Create(CultureInfo.InvariantCulture, $"{At(name)} has more than {most} items"));
        var path = At(name);
        return [.. value.EnumerateArray().Select((item, i) => new AnswerNode(item, string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]")))];
    }

    /// <summary>A value of any type; null where it is absent, and where it is null.</summary>
    public JsonElement? Value(string name) => Find(name, out var value) ? value : null;

    /// <summary>An object kept as it is, independent of the document.</summary>
    public JsonElement? Raw(string name)
    {
        if (!Find(name, out var value)) return null;
        if (value.ValueKind != JsonValueKind.Object) throw Wrong(name, "an object");
        DemandWholeCharacters(JsonMarshal.GetRawUtf8Value(value));
        return value.Clone();
    }

    /// <summary>An escape may name half of a character; whoever reads such a string later would meet an exception, so it stops here.</summary>
    private static void DemandWholeCharacters(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped) _ = reader.GetString();
        }
    }

    private bool Find(string name, out JsonElement value) => _element.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    private string At(string name) => _path.Length == 0 ? name : $"{_path}.{name}";

    private AnswerException Wrong(string name, string expected) => AnswerException.Bad($"{At(name)} must be {expected}");
}
