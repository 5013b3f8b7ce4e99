using System.Text.Json;
using System.Text.Unicode;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Channels.WebSocket.Frames;

/// <summary>
/// Reads a client's text frame in one pass over its bytes. A field may stand before the type that gives it meaning, so each known
/// field is read where it stands and judged at the end; of a frame's fields only those of its type count.
/// </summary>
internal static class FrameParser
{
    internal const int MaxIdLength = 64;
    internal const int MaxUploadsPerMessage = 32;
    private const int MaxNameLength = 255;

    [Flags]
    private enum Fields
    {
        None = 0,
        Type = 1,
        Id = 2,
        Text = 4,
        Attachments = 8,
        Button = 16,
        On = 32,
        Name = 64,
        ContentType = 128,
        Size = 256,
        Seq = 512,
    }

    /// <summary>Never throws; what cannot be read is a <see cref="FrameType.Bad"/> frame.</summary>
    public static ClientFrame Parse(ReadOnlySpan<byte> json)
    {
        var frame = default(ClientFrame);
        try
        {
            return Utf8.IsValid(json) ? Read(json, ref frame) : Bad(ref frame, "The frame is not UTF-8.");
        }
        catch (JsonException)
        {
            return Bad(ref frame, "The frame is not a JSON object.");
        }
        catch (InvalidOperationException)
        {
            // the reader's word for an escaped surrogate without its other half
            return Bad(ref frame, "A string of the frame is not well-formed Unicode.");
        }
    }

    private static ClientFrame Read(ReadOnlySpan<byte> json, ref ClientFrame frame)
    {
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return Bad(ref frame, "The frame is not a JSON object.");
        Fields seen = Fields.None, present = Fields.None, wrong = Fields.None, twice = Fields.None;
        var type = FrameType.Bad;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = Find(ref reader);
            reader.Read();
            twice |= seen & field;
            seen |= field;
            if (field == Fields.None || reader.TokenType == JsonTokenType.Null) reader.Skip();
            else if (ReadValue(ref reader, field, ref frame, ref type)) present |= field;
            else
            {
                wrong |= field;
                reader.Skip();
            }
        }

        _ = reader.Read(); // throws when something follows the object
        return Judge(ref frame, type, present, wrong, twice);
    }

    private static Fields Find(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("type"u8)) return Fields.Type;
        if (reader.ValueTextEquals("id"u8)) return Fields.Id;
        if (reader.ValueTextEquals("text"u8)) return Fields.Text;
        if (reader.ValueTextEquals("attachments"u8)) return Fields.Attachments;
        if (reader.ValueTextEquals("button"u8)) return Fields.Button;
        if (reader.ValueTextEquals("on"u8)) return Fields.On;
        if (reader.ValueTextEquals("name"u8)) return Fields.Name;
        if (reader.ValueTextEquals("contentType"u8)) return Fields.ContentType;
        if (reader.ValueTextEquals("size"u8)) return Fields.Size;
        return reader.ValueTextEquals("seq"u8) ? Fields.Seq : Fields.None;
    }

    /// <summary>False when the value is not what the field takes; the reader then stands at the value's first token.</summary>
    private static bool ReadValue(ref Utf8JsonReader reader, Fields field, ref ClientFrame frame, ref FrameType type) => field switch
    {
        Fields.Type => ReadType(ref reader, out type),
        Fields.Id => ReadString(ref reader, MaxIdLength, out frame.Id) && frame.Id!.Length > 0,
        Fields.Text => ReadText(ref reader, out frame.Text),
        Fields.Attachments => ReadAttachments(ref reader, out frame.Uploads),
        Fields.Button => ReadString(ref reader, int.MaxValue, out frame.Button),
        Fields.On => ReadFlag(ref reader, out frame.On),
        Fields.Name => ReadString(ref reader, MaxNameLength, out frame.Name) && frame.Name!.Length > 0,
        Fields.ContentType => ReadString(ref reader, MaxNameLength, out frame.ContentType),
        Fields.Size => ReadNumber(ref reader, out frame.Size),
        Fields.Seq => ReadNumber(ref reader, out frame.Seq),
        _ => false,
    };

    private static bool ReadType(ref Utf8JsonReader reader, out FrameType type)
    {
        type = FrameType.Bad;
        if (reader.TokenType != JsonTokenType.String) return false;
        type = reader.ValueTextEquals("message"u8) ? FrameType.Message
            : reader.ValueTextEquals("typing"u8) ? FrameType.Typing
            : reader.ValueTextEquals("read"u8) ? FrameType.Read
            : reader.ValueTextEquals("upload"u8) ? FrameType.Upload
            : reader.ValueTextEquals("cancel"u8) ? FrameType.Cancel
            : FrameType.Unknown;
        return true;
    }

    private static bool ReadString(ref Utf8JsonReader reader, int longest, out string? value)
    {
        value = null;
        if (reader.TokenType != JsonTokenType.String) return false;
        var text = reader.GetString()!;
        if (text.Length > longest) return false;
        value = text;
        return true;
    }

    private static bool ReadText(ref Utf8JsonReader reader, out Utf8Text text)
    {
        text = default;
        if (reader.TokenType != JsonTokenType.String) return false;
        text = Utf8TextConverter.Read(ref reader);
        return true;
    }

    private static bool ReadFlag(ref Utf8JsonReader reader, out bool value)
    {
        value = reader.TokenType == JsonTokenType.True;
        return value || reader.TokenType == JsonTokenType.False;
    }

    private static bool ReadNumber(ref Utf8JsonReader reader, out long value)
    {
        value = 0;
        return reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out value) && value >= 0;
    }

    private static bool ReadAttachments(ref Utf8JsonReader reader, out List<string>? uploads)
    {
        uploads = null;
        if (reader.TokenType != JsonTokenType.StartArray) return false;
        var fine = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject) reader.Skip();
            else if (ReadUpload(ref reader) is { } upload)
            {
                (uploads ??= []).Add(upload);
                continue;
            }

            fine = false;
        }

        return fine && (uploads is null || uploads.Count <= MaxUploadsPerMessage);
    }

    private static string? ReadUpload(ref Utf8JsonReader reader)
    {
        string? upload = null;
        var count = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var known = reader.ValueTextEquals("upload"u8);
            reader.Read();
            if (!known || !ReadString(ref reader, MaxIdLength, out upload)) reader.Skip();
            if (known) count++;
        }

        return count == 1 && upload is { Length: > 0 } ? upload : null;
    }

    private static ClientFrame Judge(ref ClientFrame frame, FrameType type, Fields present, Fields wrong, Fields twice)
    {
        if (wrong.HasFlag(Fields.Id) || twice.HasFlag(Fields.Id)) frame.Id = null;
        if (!present.HasFlag(Fields.Type) || twice.HasFlag(Fields.Type)) return Bad(ref frame, "The frame needs one field type, a string.");
        frame.Type = type;
        if (type == FrameType.Unknown) return frame;
        var (needed, known) = FieldsOf(type);
        if ((wrong & known) != Fields.None) return Bad(ref frame, Takes(wrong & known));
        if ((twice & known) != Fields.None) return Bad(ref frame, $"Given more than once: {Names(twice & known)}.");
        if ((needed & ~present) != Fields.None) return Bad(ref frame, $"Missing: {Names(needed & ~present)}. {Takes(needed & ~present)}");
        return type switch
        {
            FrameType.Message when frame.Text.IsEmpty && frame.Uploads is null && string.IsNullOrEmpty(frame.Button) =>
                Bad(ref frame, "A message needs at least one of text, attachments, button."),
            FrameType.Upload when !IsHeaderText(frame.ContentType!) => Bad(ref frame, Takes(Fields.ContentType)),
            _ => frame,
        };
    }

    private static (Fields Needed, Fields Known) FieldsOf(FrameType type) => type switch
    {
        FrameType.Message => (Fields.Id, Fields.Id | Fields.Text | Fields.Attachments | Fields.Button),
        FrameType.Typing => (Fields.On, Fields.On),
        FrameType.Read => (Fields.Seq, Fields.Seq),
        FrameType.Cancel => (Fields.None, Fields.None),
        _ => (Fields.Id | Fields.Name | Fields.ContentType | Fields.Size, Fields.Id | Fields.Name | Fields.ContentType | Fields.Size),
    };

    private static bool IsHeaderText(string value) => !value.AsSpan().ContainsAnyExceptInRange(' ', '~');

    /// <summary>A sentence on each of the fields.</summary>
    private static string Takes(Fields fields) => string.Join(' ', Enum.GetValues<Fields>().Where(f => f != Fields.None && fields.HasFlag(f)).Select(f => f switch
    {
        Fields.Id => $"id takes a string of 1 to {MaxIdLength} characters.",
        Fields.Text => "text takes a string.",
        Fields.Attachments => $"attachments takes a list of at most {MaxUploadsPerMessage} objects {{\"upload\":id}}, id a string of 1 to {MaxIdLength} characters.",
        Fields.Button => "button takes a string, the value of a button.",
        Fields.On => "on takes true or false.",
        Fields.Name => $"name takes a string of 1 to {MaxNameLength} characters.",
        Fields.ContentType => $"contentType takes a string of at most {MaxNameLength} printable ASCII characters, as in image/png.",
        Fields.Size => "size takes a whole number of bytes, 0 or more.",
        Fields.Seq => "seq takes a whole number, 0 or more.",
        _ => "type takes a string.",
    }));

    private static string Names(Fields fields)
    {
        var names = fields.ToString().Split(", ");
        return string.Join(", ", names.Select(name => char.ToLowerInvariant(name[0]) + name[1..]));
    }

    private static ClientFrame Bad(ref ClientFrame frame, string fault) => new() { Type = FrameType.Bad, Id = frame.Id, Fault = fault };
}
