using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OpenClaw.Gateway.Core.Administration.ApiKeys;

namespace OpenClaw.Gateway.Core.Administration.Conversations;

/// <summary>
/// What of a raw payload somebody may see (docs/portal/conversations.md). Secrets nobody: fields that are named like one, and whatever looks
/// like a token, a key or a signed link within any text. Personal data (the user's id and name, addresses of e-mail, numbers of telephones)
/// only those who may work in conversations. Names of fields are always shown: they tell what the platform sent.
/// </summary>
internal sealed partial class PayloadRedaction
{
    public const string Secret = "[secret]";
    public const string Personal = "[personal data]";
    public const string Unchecked = "[not shown: it could not be checked in time]";

    private const int ShortestKnown = 3;
    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture;

    private readonly bool _personal;
    private readonly string[] _known;

    private PayloadRedaction(bool personal, IEnumerable<string?> known) =>
        (_personal, _known) = (personal, [.. known.OfType<string>().Where(k => k.Trim().Length >= ShortestKnown).Distinct(StringComparer.Ordinal).OrderByDescending(k => k.Length)]);

    /// <summary>For somebody; <paramref name="known"/> are the ids and names of those who speak, wherever they occur.</summary>
    public static PayloadRedaction For(Caller caller, params IEnumerable<string?> known) => new(caller.May(ApiScopeNames.Operate), known);

    /// <summary>The same with nothing that the caller may not see.</summary>
    public JsonNode? Apply(JsonNode? node, string? name = null) => node switch
    {
        JsonObject inner => Object(inner),
        JsonArray items => new JsonArray([.. items.Select(i => Apply(i, name))]),
        null => null,
        JsonValue when IsNamedSecret(name) => JsonValue.Create(Secret),
        JsonValue when !_personal && IsNamedPersonal(name) => JsonValue.Create(Personal),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => JsonValue.Create(Text(value.GetValue<string>())),
        JsonValue value when !_personal && value.GetValueKind() == JsonValueKind.Number && IsLong(value) => JsonValue.Create(Personal),
        var other => other.DeepClone(),
    };

    /// <summary>A text with nothing that the caller may not see.</summary>
    public string Text(string text)
    {
        try
        {
            return Hide(text);
        }
        catch (RegexMatchTimeoutException)
        {
            // nothing goes out unchecked
            return Unchecked;
        }
    }

    private string Hide(string text)
    {
        text = Signed().Replace(text, "${start}" + Secret);
        text = Token().Replace(text, Secret);
        if (_personal) return text;
        foreach (var known in _known) text = text.Replace(known, Personal, StringComparison.OrdinalIgnoreCase);
        text = Email().Replace(text, Personal);
        return Phone().Replace(text, Personal);
    }

    private JsonObject Object(JsonObject inner)
    {
        var shown = new JsonObject();
        foreach (var (name, value) in inner)
        {
            // a whole object under such a name (credentials: {…}) goes with it
            var hidden = IsNamedSecret(name) ? Secret : !_personal && IsNamedPersonal(name) ? Personal : null;
            shown[hidden is null ? Text(name) : name] = value is not null && hidden is not null ? JsonValue.Create(hidden) : Apply(value, name);
        }

        return shown;
    }

    private static bool IsNamedSecret(string? name) => name is not null && SecretName().IsMatch(name);

    private static bool IsNamedPersonal(string? name) => name is not null && PersonalName().IsMatch(name);

    /// <summary>Platforms number people and telephones.</summary>
    private static bool IsLong(JsonValue value) => value.ToJsonString().Count(char.IsAsciiDigit) >= 9;

    [GeneratedRegex("token|secret|passw(or)?d|passphrase|authorization|api[-_]?key|cookie|signature|credential|private[-_]?key|^(sig|jwt|otp|pin|cvv)$", Options, 1000)]
    private static partial Regex SecretName();

    [GeneratedRegex("^(user|author|sender|recipient|contact|from|to|chat|person|customer)?[-_]?(id|name|userid|username|phone(number)?|mobile|e?-?mail(address)?|first[-_]?name|last[-_]?name|full[-_]?name|display[-_]?name|nick(name)?|address|birth(day|date)|iban|ip|ipaddress)$(?<!^id)(?<!^name)|^(conversation|thread|externalId)$", Options, 1000)]
    private static partial Regex PersonalName();

    /// <summary>Keys of well-known makers, bearer values, JSON Web Tokens, private keys, long runs of random letters.</summary>
    [GeneratedRegex(
        """
        \bock_[0-9a-z]{16,}|\b(sk|pk|rk)[-_](live|test|proj|ant)?[-_]?[0-9a-z_-]{16,}|\bxox[abeprs]-[0-9a-z-]{10,}|\bgh[opsur]_[0-9a-z]{20,}|\bgithub_pat_[0-9a-z_]{20,}|\bglpat-[0-9a-z_-]{16,}|\b(AKIA|ASIA)[0-9A-Z]{16}\b|\bAIza[0-9a-z_-]{30,}|\bSG\.[0-9a-z_-]{16,}\.[0-9a-z_-]{16,}|\bwhsec_[0-9a-z+/=]{16,}|\b[0-9]{6,12}:[0-9a-z_-]{30,}|\beyJ[0-9a-z_-]{8,}\.[0-9a-z_-]{8,}\.[0-9a-z_-]*|\b(Bearer|Basic)\s+[0-9a-z._~+/=-]{8,}|-----BEGIN[ A-Z]*PRIVATE KEY-----[\s\S]*?(-----END[ A-Z]*PRIVATE KEY-----|$)|(?<![0-9a-z/+=_-])(?=[0-9a-z_+/-]*[0-9])(?=[0-9a-z_+/-]*[a-z])[0-9a-z_+-]{40,}={0,2}(?![0-9a-z])
        """, Options, 1000)]
    private static partial Regex Token();

    /// <summary>What signs a link: whoever has it needs no account.</summary>
    [GeneratedRegex("""(?<start>[?&;](sig|signature|token|access_token|key|api_?key|auth|code|x-amz-signature|x-amz-credential|x-amz-security-token|x-goog-signature|sv|se|skoid|password|secret)=)[^&\s"'<>]+""", Options, 1000)]
    private static partial Regex Signed();

    [GeneratedRegex("""[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(\.[\p{L}\p{N}-]{1,63}){1,8}""", Options, 1000)]
    private static partial Regex Email();

    /// <summary>Nine digits and more (fewer behind a plus) with what people write between them. Dates have eight.</summary>
    [GeneratedRegex("""(?<![\p{L}\p{N}-])(\+[0-9]([ ()/.-]{0,2}[0-9]){5,16}|[0-9]([ ()/.-]{0,2}[0-9]){8,16})(?![\p{L}\p{N}:T-])""", Options, 1000)]
    private static partial Regex Phone();
}
