using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Features;

namespace OpenClaw.FakePlatforms.Telegram.Api;

/// <summary>Reads the four ways in which the Bot API takes parameters.</summary>
internal static class RequestReader
{
    private static readonly JsonDocumentOptions NoDuplicates = new() { AllowDuplicateProperties = false };
    private static readonly FormOptions InMemory = new() { MemoryBufferThreshold = 60 << 20, MultipartBodyLengthLimit = 100 << 20, ValueLengthLimit = 8 << 20 };

    /// <exception cref="Refusal">It cannot be read.</exception>
    public static async Task<RequestFields> ReadAsync(HttpContext context)
    {
        Dictionary<string, Field> fields = new(StringComparer.Ordinal);
        foreach (var (name, values) in context.Request.Query) fields[name] = new(values.ToString(), null, null);
        if (context.Request.HasJsonContentType()) await AddJsonAsync(context.Request, fields);
        else if (context.Request.HasFormContentType) await AddFormAsync(context, fields);
        return new(fields);
    }

    private static async Task<IFormCollection> ReadFormAsync(HttpContext context)
    {
        context.Features.Set<IFormFeature>(new FormFeature(context.Request, InMemory));
        try
        {
            return await context.Request.ReadFormAsync(context.RequestAborted);
        }
        catch (InvalidDataException)
        {
            throw Refusal.Broken("can't parse the form");
        }
    }

    private static async Task AddFormAsync(HttpContext context, Dictionary<string, Field> fields)
    {
        var form = await ReadFormAsync(context);
        foreach (var (name, values) in form) fields[name] = new(values.ToString(), null, null);
        foreach (var file in form.Files)
        {
            var content = new byte[file.Length];
            await using var stream = file.OpenReadStream();
            await stream.ReadExactlyAsync(content, context.RequestAborted);
            fields[file.Name] = new(null, null, new(file.FileName, file.ContentType ?? "application/octet-stream", content));
        }
    }

    private static async Task AddJsonAsync(HttpRequest request, Dictionary<string, Field> fields)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        if (body.Length == 0) return;
        JsonNode? node;
        try
        {
            node = JsonNode.Parse(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(body.ToArray()), documentOptions: NoDuplicates);
            if (node is not null) Touch(node);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            throw Refusal.Broken("strings must be encoded in UTF-8");
        }
        catch (JsonException)
        {
            throw Refusal.Broken("can't parse JSON object");
        }

        if (node is not JsonObject whole) throw Refusal.Broken("the JSON body must be an object");
        foreach (var (name, value) in whole) fields[name] = new(null, value, null);
    }

    /// <summary>Reads every string: half a surrogate pair shows only then.</summary>
    private static void Touch(JsonNode node)
    {
        if (node is JsonObject whole) foreach (var (_, value) in whole) Touch(value);
        else if (node is JsonArray list) foreach (var value in list) Touch(value);
        else if (node.GetValueKind() is JsonValueKind.String) _ = node.GetValue<string>();

        static void Touch(JsonNode? value)
        {
            if (value is not null) RequestReader.Touch(value);
        }
    }
}
