"""What python3-boto3 is tried with: boto3-checks.py WHAT ENDPOINT BUCKET PREFIX FOLDER MORE…; prints JSON where the caller goes on."""
import datetime
import json
import os
import sys

import boto3
from boto3.dynamodb.conditions import Key
from botocore.exceptions import ClientError

what, endpoint, bucket, prefix, folder, *more = sys.argv[1:]
s3 = boto3.client("s3", endpoint_url=endpoint)
large = {"Bucket": bucket, "Key": prefix + "large.csv"}

if what == "upload":
    for name in ("small.csv", "large.csv"):
        s3.upload_file(os.path.join(folder, name), bucket, prefix + name)
elif what == "list":
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    print(json.dumps([item["Key"][len(prefix):] for page in pages for item in page["Contents"]]))
elif what == "copy":
    s3.copy(large, bucket, prefix + "copied.csv")
elif what == "presign":
    print(json.dumps({
        "get": s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": prefix + "small.csv"}),
        "put": s3.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": prefix + "put.csv"}),
        "post": s3.generate_presigned_post(bucket, prefix + "posted/${filename}"),
    }))
elif what == "purge":
    boto3.resource("s3", endpoint_url=endpoint).Bucket(bucket).object_versions.filter(Prefix=prefix + "purged.csv").delete()
elif what == "events":
    bus = boto3.client("events", endpoint_url=endpoint)
    rules = bus.list_rules()["Rules"]
    targets = [target for rule in rules for target in bus.list_targets_by_rule(Rule=rule["Name"])["Targets"]]
    event = {"Source": "clients", "DetailType": "Tried", "Detail": "{}"}
    foreign = {"Source": "aws.s3", "DetailType": "Object Created", "Detail": "{}"}
    put = bus.put_events(Entries=[event, foreign])
    print(json.dumps({
        "bus": bus.describe_event_bus()["Name"],
        "rules": len(rules),
        "queues": len([target for target in targets if ":sqs:" in target["Arn"]]),
        "put": [entry.get("ErrorCode") for entry in put["Entries"]],
    }))
elif what == "replay":
    bus = boto3.client("events", endpoint_url=endpoint)
    source, destination = more
    now = datetime.datetime.now(datetime.timezone.utc)
    day = datetime.timedelta(days=1)
    print(json.dumps(bus.start_replay(
        ReplayName="boto3", EventSourceArn=source, Destination={"Arn": destination},
        EventStartTime=now - 2 * day, EventEndTime=now + 20 * day)["State"]))
elif what == "replayed":
    print(json.dumps(boto3.client("events", endpoint_url=endpoint).describe_replay(ReplayName="boto3")["State"]))
elif what == "queue":
    sqs = boto3.client("sqs", endpoint_url=endpoint)
    url = more[0]
    queue = {"QueueUrl": url}
    counts = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    attribute = {"StringValue": "blue", "DataType": "String"}
    sqs.send_message(MessageBody="one", MessageAttributes={"colour": attribute}, **queue)
    batch = sqs.send_message_batch(Entries=[{"Id": n, "MessageBody": n} for n in ("two", "three")], **queue)
    sent = sqs.get_queue_attributes(AttributeNames=["All"], **queue)["Attributes"]
    first = sqs.receive_message(MaxNumberOfMessages=10, MessageAttributeNames=["All"], **queue)["Messages"]
    again = [{"Id": str(n), "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": 0} for n, message in enumerate(first)]
    sqs.change_message_visibility_batch(Entries=again, **queue)
    messages = sqs.receive_message(MaxNumberOfMessages=10, AttributeNames=["All"], MessageAttributeNames=["All"], **queue)["Messages"]
    sqs.delete_message(ReceiptHandle=messages[0]["ReceiptHandle"], **queue)
    rest = [{"Id": str(n), "ReceiptHandle": message["ReceiptHandle"]} for n, message in enumerate(messages[1:])]
    deleted = sqs.delete_message_batch(Entries=rest, **queue)
    left = sqs.get_queue_attributes(AttributeNames=counts, **queue)["Attributes"]
    print(json.dumps({
        "url": sqs.get_queue_url(QueueName=sent["QueueArn"].split(":")[-1])["QueueUrl"] == url,
        "listed": url in sqs.list_queues()["QueueUrls"],
        "batch": len(batch["Successful"]),
        "waiting": sent["ApproximateNumberOfMessages"],
        "bodies": sorted(message["Body"] for message in messages),
        "colours": [message["MessageAttributes"]["colour"]["StringValue"] for message in messages if "MessageAttributes" in message],
        "receives": [message["Attributes"]["ApproximateReceiveCount"] for message in messages],
        "deleted": len(deleted["Successful"]),
        "left": [left[name] for name in counts],
    }))
elif what == "index":
    table = boto3.resource("dynamodb", endpoint_url=endpoint).Table(more[0])
    asked = {"IndexName": "NotCounted", "KeyConditionExpression": Key("not_counted").eq("boto3#00")}
    for name in ("b", "a"):
        table.put_item(Item={"file_key": "boto3/" + name, "not_counted": "boto3#00", "error": "tried", "row_count": 1})
    found = table.query(**asked)["Items"]
    below = table.query(IndexName="NotCounted", KeyConditionExpression=Key("not_counted").eq("boto3#00") & Key("file_key").begins_with("boto3/b"))["Count"]
    try:
        refused = table.query(ConsistentRead=True, **asked)["Count"]
    except ClientError as error:
        refused = error.response["Error"]["Message"]
    for name in ("a", "b"):
        table.delete_item(Key={"file_key": "boto3/" + name})
    print(json.dumps({
        "found": [sorted(row.items()) for row in found],
        "below": below,
        "refused": refused,
        "left": table.query(**asked)["Count"],
        "indexes": [index["IndexStatus"] for index in table.global_secondary_indexes],
    }))
elif what == "identity":
    print(json.dumps(boto3.client("sts", endpoint_url=endpoint).get_caller_identity()["Account"]))
