using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OpenClaw.FakePlatforms.Discord.Rules;

/// <summary>
/// Checks JSON against the part of JSON Schema that the description uses. A field that a schema does not name is an error,
/// unless the schema says what others look like: the platform overlooks it, but who sends it has misread something.
/// </summary>
internal sealed class SchemaChecker(JsonElement root)
{
    private readonly Dictionary<string, JsonElement> _schemas =
        root.GetProperty("components").GetProperty("schemas").EnumerateObject().ToDictionary(s => "#/components/schemas/" + s.Name, s => s.Value, StringComparer.Ordinal);

    public void Check(JsonElement value, JsonElement schema, string path, FormErrors errors)
    {
        schema = Resolve(schema);
        if (schema.TryGetProperty("allOf", out var all)) CheckAll(value, schema, all, path, errors);
        if (Union(schema) is { } union) CheckUnion(value, union, path, errors);
        if (!CheckType(value, schema, path, errors)) return;
        if (schema.TryGetProperty("const", out var only) && !JsonElement.DeepEquals(only, value)) errors.Add(path, "BASE_TYPE_CHOICES", $"Value must be {only}");
        if (schema.TryGetProperty("enum", out var choices) && !choices.EnumerateArray().Any(c => JsonElement.DeepEquals(c, value))) errors.Add(path, "BASE_TYPE_CHOICES", $"Value must be one of {choices}");
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                CheckString(value, schema, path, errors);
                break;
            case JsonValueKind.Number:
                CheckNumber(value, schema, path, errors);
                break;
            case JsonValueKind.Array:
                CheckArray(value, schema, path, errors);
                break;
            case JsonValueKind.Object when !schema.TryGetProperty("allOf", out _):
                CheckObject(value, Fields(schema), schema, path, errors);
                break;
        }
    }

    /// <summary>Checks a parameter, which is text whatever its type.</summary>
    public void CheckText(string text, JsonElement schema, string path, FormErrors errors)
    {
        schema = Resolve(schema);
        var type = schema.TryGetProperty("type", out var t) && t.ValueKind is JsonValueKind.String ? t.GetString() : null;
        var json = type switch
        {
            "integer" => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? text : null,
            "boolean" => text is "true" or "false" ? text : null,
            _ => JsonSerializer.Serialize(text),
        };
        if (json is null)
        {
            errors.Add(path, "BASE_TYPE", $"Value “{text}” is no {type}");
            return;
        }

        using var document = JsonDocument.Parse(json);
        Check(document.RootElement, schema, path, errors);
    }

    private static string? Text(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // half of a surrogate pair, as an escape
            return null;
        }
    }

    private static JsonElement? Union(JsonElement schema) =>
        schema.TryGetProperty("oneOf", out var one) ? one : schema.TryGetProperty("anyOf", out var any) ? any : null;

    private static bool CheckType(JsonElement value, JsonElement schema, string path, FormErrors errors)
    {
        if (!schema.TryGetProperty("type", out var type)) return true;
        var names = type.ValueKind is JsonValueKind.Array ? type.EnumerateArray().Select(t => t.GetString()!).ToList() : [type.GetString()!];
        if (names.Exists(n => Is(value, n))) return value.ValueKind is not JsonValueKind.Null;
        errors.Add(path, "BASE_TYPE_BAD_TYPE", $"Must be {string.Join(" or ", names)}");
        return false;
    }

    private static bool Is(JsonElement value, string type) => type switch
    {
        "null" => value.ValueKind is JsonValueKind.Null,
        "string" => value.ValueKind is JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.ValueKind is JsonValueKind.Number && value.TryGetDecimal(out var number) && decimal.IsInteger(number),
        "number" => value.ValueKind is JsonValueKind.Number,
        "array" => value.ValueKind is JsonValueKind.Array,
        "object" => value.ValueKind is JsonValueKind.Object,
        _ => throw new NotSupportedException($"The type {type} of a schema."),
    };

    private static void CheckString(JsonElement value, JsonElement schema, string path, FormErrors errors)
    {
        if (Text(value) is not { } text)
        {
            errors.Add(path, "BASE_TYPE_BAD_STRING", "Half of a surrogate pair");
            return;
        }

        var length = text.EnumerateRunes().Count();
        if (schema.TryGetProperty("maxLength", out var max) && length > max.GetInt32()) errors.Add(path, "BASE_TYPE_MAX_LENGTH", $"Must be {max} or fewer in length.");
        if (schema.TryGetProperty("minLength", out var min) && length < min.GetInt32()) errors.Add(path, "BASE_TYPE_MIN_LENGTH", $"Must be {min} or more in length.");
        if (schema.TryGetProperty("pattern", out var pattern) && !Regex.IsMatch(text, pattern.GetString()!, RegexOptions.None, TimeSpan.FromSeconds(1))) errors.Add(path, "STRING_TYPE_REGEX", $"String value did not match validation regex {pattern}.");
        if (!schema.TryGetProperty("format", out var format)) return;
        if (format.ValueEquals("date-time") && !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out _)) errors.Add(path, "DATE_TIME_TYPE_PARSE", $"Could not parse {text}. Should be ISO8601.");
        if (format.ValueEquals("uri") && !Uri.TryCreate(text, UriKind.Absolute, out _)) errors.Add(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.");
        if (format.ValueEquals("snowflake") && !ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _)) errors.Add(path, "NUMBER_TYPE_COERCE", $"Value \"{text}\" is not snowflake.");
    }

    private static void CheckNumber(JsonElement value, JsonElement schema, string path, FormErrors errors)
    {
        var number = value.GetDouble();
        if (schema.TryGetProperty("minimum", out var min) && number < min.GetDouble()) errors.Add(path, "NUMBER_TYPE_MIN", $"Value should be greater than or equal to {min}.");
        if (schema.TryGetProperty("maximum", out var max) && number > max.GetDouble()) errors.Add(path, "NUMBER_TYPE_MAX", $"Value should be less than or equal to {max}.");
        if (schema.TryGetProperty("format", out var format) && format.ValueEquals("int32") && number is < int.MinValue or > int.MaxValue) errors.Add(path, "NUMBER_TYPE_MAX", "Value does not fit into 32 bits.");
    }

    private static void CheckSize(int size, JsonElement schema, string least, string most, string path, FormErrors errors)
    {
        if (schema.TryGetProperty(most, out var max) && size > max.GetInt32()) errors.Add(path, "BASE_TYPE_BAD_LENGTH", $"Must be {max} or fewer in length.");
        if (schema.TryGetProperty(least, out var min) && size < min.GetInt32()) errors.Add(path, "BASE_TYPE_BAD_LENGTH", $"Must be {min} or more in length.");
    }

    private static string Below(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private void CheckArray(JsonElement value, JsonElement schema, string path, FormErrors errors)
    {
        CheckSize(value.GetArrayLength(), schema, "minItems", "maxItems", path, errors);
        if (schema.TryGetProperty("uniqueItems", out var unique) && unique.GetBoolean() && value.EnumerateArray().DistinctBy(i => i.GetRawText()).Count() < value.GetArrayLength()) errors.Add(path, "SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value");
        if (!schema.TryGetProperty("items", out var items)) return;
        var index = 0;
        foreach (var item in value.EnumerateArray()) Check(item, items, Below(path, (index++).ToString(CultureInfo.InvariantCulture)), errors);
    }

    private void CheckObject(JsonElement value, Dictionary<string, JsonElement> fields, JsonElement schema, string path, FormErrors errors)
    {
        if (schema.TryGetProperty("required", out var required))
        {
            foreach (var name in required.EnumerateArray().Select(r => r.GetString()!).Where(name => !value.TryGetProperty(name, out _))) errors.Add(Below(path, name), "BASE_TYPE_REQUIRED", "This field is required");
        }

        CheckSize(value.EnumerateObject().Count(), schema, "minProperties", "maxProperties", path, errors);
        var hasOthers = schema.TryGetProperty("additionalProperties", out var others);
        foreach (var field in value.EnumerateObject())
        {
            if (fields.TryGetValue(field.Name, out var inner)) Check(field.Value, inner, Below(path, field.Name), errors);
            else if (hasOthers && others.ValueKind is JsonValueKind.Object) Check(field.Value, others, Below(path, field.Name), errors);
            else if ((hasOthers && others.ValueKind is JsonValueKind.False) || fields.Count > 0) errors.Add(Below(path, field.Name), "UNKNOWN_FIELD", "The description has no such field");
        }
    }

    private void CheckAll(JsonElement value, JsonElement schema, JsonElement all, string path, FormErrors errors)
    {
        if (value.ValueKind is not JsonValueKind.Object)
        {
            foreach (var part in all.EnumerateArray()) Check(value, part, path, errors);
            return;
        }

        var parts = all.EnumerateArray().Select(Resolve).Append(schema).ToList();
        var fields = parts.SelectMany(Fields).GroupBy(f => f.Key, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last().Value, StringComparer.Ordinal);
        foreach (var part in parts) CheckObject(value, fields, part, path, errors);
    }

    /// <summary>One of the branches must fit; the complaint is that of the branch that is meant, or that fits best.</summary>
    private void CheckUnion(JsonElement value, JsonElement union, string path, FormErrors errors)
    {
        FormErrors? best = null;
        var score = int.MaxValue;
        foreach (var branch in union.EnumerateArray())
        {
            FormErrors tried = new();
            Check(value, branch, path, tried);
            if (!tried.Any) return;
            var cost = tried.Count + (IsMeant(value, Resolve(branch)) ? 0 : 1000);
            if (cost >= score) continue;
            (best, score) = (tried, cost);
        }

        if (best is null) return;
        // many choices of one value: their whole list is of more use than one of them
        if (union.EnumerateArray().All(b => b.TryGetProperty("const", out _))) errors.Add(path, "BASE_TYPE_CHOICES", $"Value must be one of {string.Join(", ", union.EnumerateArray().Select(b => b.GetProperty("const")))}");
        else errors.AddAll(best);
    }

    /// <summary>The value's own <c>type</c> names the branch.</summary>
    private bool IsMeant(JsonElement value, JsonElement branch)
    {
        if (value.ValueKind is not JsonValueKind.Object) return CheckType(value, branch, "", new());
        if (!value.TryGetProperty("type", out var type) || !Fields(branch).TryGetValue("type", out var wanted)) return Fields(branch).Count > 0;
        FormErrors errors = new();
        Check(type, wanted, "", errors);
        return !errors.Any;
    }

    private Dictionary<string, JsonElement> Fields(JsonElement schema)
    {
        schema = Resolve(schema);
        Dictionary<string, JsonElement> fields = new(StringComparer.Ordinal);
        if (schema.TryGetProperty("properties", out var own))
        {
            foreach (var field in own.EnumerateObject()) fields[field.Name] = field.Value;
        }

        return fields;
    }

    private JsonElement Resolve(JsonElement schema)
    {
        while (schema.TryGetProperty("$ref", out var reference)) schema = _schemas[reference.GetString()!];
        return schema;
    }
}
