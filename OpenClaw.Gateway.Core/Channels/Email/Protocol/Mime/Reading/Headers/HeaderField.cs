namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Headers;

/// <summary>A field as it stands in a header: unfolded, its bytes made characters, encoded words not yet decoded.</summary>
internal sealed record HeaderField(string Name, string Value)
{
    /// <summary>The value as unstructured text (RFC 2047 decoded).</summary>
    public string Text => EncodedWords.Decode(Value);

    public bool Is(string name) => Name.Equals(name, StringComparison.OrdinalIgnoreCase);
}
