using System.Text.Json;

namespace OpenClaw.FakePlatforms.Discord.Rules;

/// <summary>
/// The platform's machine-readable description (OpenAPI), when there is one: its path is in
/// <see cref="FileVariable"/>, or it lies in <c>shared/data/specs</c> beside a folder above this program.
/// </summary>
internal sealed class ApiDescription
{
    public const string FileVariable = "OPENCLAW_DISCORD_DESCRIPTION";

    private static readonly Lazy<ApiDescription?> TheOne = new(Find);

    private readonly JsonElement _root;
    private readonly SchemaChecker _checker;
    private readonly List<(string[] Segments, string Template)> _paths;

    private ApiDescription(JsonElement root)
    {
        _root = root;
        _checker = new(root);
        // a path with fewer parameters is meant before one with more
        _paths = [.. root.GetProperty("paths").EnumerateObject().Select(p => (p.Name.Split('/'), p.Name)).OrderBy(p => p.Item1.Count(s => s.StartsWith('{')))];
    }

    /// <summary>Null: there is none on this machine.</summary>
    public static ApiDescription? Current => TheOne.Value;

    /// <summary>The template that a path belongs to, such as <c>/channels/{channel_id}</c>; null: an unknown path.</summary>
    public string? TemplateOf(string path)
    {
        var segments = path.Split('/');
        var found = _paths.Find(p => p.Segments.Length == segments.Length && p.Segments.Zip(segments).All(s => s.First.StartsWith('{') ? s.Second.Length > 0 : s.First == s.Second));
        return found.Template;
    }

    public bool Has(string template, string method) => Operation(template, method).ValueKind is JsonValueKind.Object;

    /// <summary>Checks the parameters in the address.</summary>
    public void CheckParameters(string template, string method, IReadOnlyDictionary<string, string> path, IQueryCollection query, FormErrors errors)
    {
        var parameters = Parameters(_root.GetProperty("paths").GetProperty(template)).Concat(Parameters(Operation(template, method))).ToList();
        foreach (var parameter in parameters)
        {
            var name = parameter.GetProperty("name").GetString()!;
            var inPath = parameter.GetProperty("in").ValueEquals("path");
            var text = inPath ? path.GetValueOrDefault(name) : query[name].FirstOrDefault();
            if (text is not null) _checker.CheckText(text, parameter.GetProperty("schema"), name, errors);
            else if (!inPath && parameter.TryGetProperty("required", out var required) && required.GetBoolean()) errors.Add(name, "BASE_TYPE_REQUIRED", "This field is required");
        }

        foreach (var name in query.Keys.Where(k => !parameters.Exists(p => p.GetProperty("name").ValueEquals(k)))) errors.Add(name, "UNKNOWN_PARAMETER", "The description has no such parameter");
    }

    /// <summary>Checks a body against the schema of its JSON form.</summary>
    public void CheckBody(string template, string method, JsonElement? body, bool isMultipart, FormErrors errors)
    {
        var operation = Operation(template, method);
        if (!operation.TryGetProperty("requestBody", out var wanted))
        {
            if (body is { ValueKind: JsonValueKind.Object } given && given.EnumerateObject().Any()) errors.Add("", "UNKNOWN_BODY", "The description has no body here");
            return;
        }

        var content = wanted.GetProperty("content");
        if (isMultipart && !content.TryGetProperty("multipart/form-data", out _)) errors.Add("", "CONTENT_TYPE", "The description has no multipart here");
        if (body is null)
        {
            if (wanted.TryGetProperty("required", out var required) && required.GetBoolean()) errors.Add("", "BASE_TYPE_REQUIRED", "A body is required");
            return;
        }

        if (content.TryGetProperty("application/json", out var json)) _checker.Check(body.Value, json.GetProperty("schema"), "", errors);
    }

    /// <summary>Checks an answer: for the fake's own tests.</summary>
    public void CheckAnswer(string template, string method, int status, JsonElement body, FormErrors errors)
    {
        var responses = Operation(template, method).GetProperty("responses");
        if (!responses.TryGetProperty(status.ToString(System.Globalization.CultureInfo.InvariantCulture), out var response)) errors.Add("", "STATUS", $"The description has no answer {status}");
        else if (response.TryGetProperty("content", out var content)) _checker.Check(body, content.GetProperty("application/json").GetProperty("schema"), "", errors);
    }

    private static IEnumerable<JsonElement> Parameters(JsonElement owner) =>
        owner.TryGetProperty("parameters", out var parameters) ? parameters.EnumerateArray() : [];

    private static ApiDescription? Find()
    {
        var file = Environment.GetEnvironmentVariable(FileVariable);
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); file is not { Length: > 0 } && folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "data", "specs", "discord-openapi.json");
            if (File.Exists(candidate)) file = candidate;
        }

        return file is { Length: > 0 } ? new(JsonDocument.Parse(File.ReadAllBytes(file)).RootElement) : null;
    }

    private JsonElement Operation(string template, string method) =>
        _root.GetProperty("paths").TryGetProperty(template, out var path) && path.TryGetProperty(method.ToLowerInvariant(), out var operation) ? operation : default;
}
